"""The same closed loop with pymodbus' asynchronous client; order on stdin, result on stdout, both JSON."""
import asyncio
import json
import resource
import sys
import time

from pymodbus.client import AsyncModbusTcpClient


def cpu_micros():
    used = resource.getrusage(resource.RUSAGE_SELF)
    return (used.ru_utime + used.ru_stime) * 1e6


async def main():
    order = json.load(sys.stdin)
    words, unit, address = order["words"], order["unit"], order["address"]
    clients = []
    for start in range(0, len(order["hosts"]), 200):
        some = [AsyncModbusTcpClient(host, port=order["port"], timeout=1, retries=0) for host in order["hosts"][start:start + 200]]
        await asyncio.gather(*(client.connect() for client in some))
        clients += some
    count = {"reads": 0, "wrong": 0, "failed": 0}
    over = False

    async def loop(client):
        while not over:
            try:
                answer = await client.read_input_registers(address, count=len(words), device_id=unit)
                if answer.isError() or answer.registers != words:
                    count["wrong"] += 1
                count["reads"] += 1
            except Exception:
                count["failed"] += 1

    loops = [asyncio.ensure_future(loop(client)) for client in clients]
    await asyncio.sleep(1)
    reads, failed, cpu, at = count["reads"], count["failed"], cpu_micros(), time.perf_counter()
    await asyncio.sleep(order["seconds"])
    result = {
        "reads": count["reads"] - reads, "wrong": count["wrong"], "failed": count["failed"] - failed,
        "seconds": time.perf_counter() - at, "cpuMicros": cpu_micros() - cpu,
        "rssMb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024,
    }
    over = True
    await asyncio.gather(*loops)
    for client in clients:
        client.close()
    json.dump(result, sys.stdout)


asyncio.run(main())
