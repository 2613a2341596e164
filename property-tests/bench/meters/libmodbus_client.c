/*
 * The same closed loop with libmodbus, as fast as its calls allow: one thread waits for all meters at once (epoll),
 * the library connects, frames the requests and checks the answers' headers. Compiled when the benchmark starts.
 * Order on stdin: port seconds unit address count, the expected words, the number of hosts, the hosts. JSON on stdout.
 */
#include <errno.h>
#include <modbus.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <time.h>

static int port, unit, address, count, meters;
static double span;
static uint16_t words[125];
static modbus_t **clients;
static long reads, wrong;

static double now(void) {
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return time.tv_sec + time.tv_nsec / 1e9;
}

static double cpu_micros(void) {
    struct rusage used;
    getrusage(RUSAGE_SELF, &used);
    return (used.ru_utime.tv_sec + used.ru_stime.tv_sec) * 1e6 + used.ru_utime.tv_usec + used.ru_stime.tv_usec;
}

static void stop(const char *why) {
    fprintf(stderr, "libmodbus: %s: %s\n", why, modbus_strerror(errno));
    exit(1);
}

static void ask(int meter) {
    const uint8_t request[] = {unit, 4, address >> 8, address & 255, count >> 8, count & 255};
    if (modbus_send_raw_request(clients[meter], request, sizeof request) < 0) stop("cannot send");
}

static int is_right(const uint8_t *answer, int length) {
    const int header = 7;
    if (length != header + 2 + 2 * count || answer[header] != 4 || answer[header + 1] != 2 * count) return 0;
    for (int index = 0; index < count; index++) {
        const uint8_t *word = answer + header + 2 + 2 * index;
        if ((word[0] << 8 | word[1]) != words[index]) return 0;
    }
    return 1;
}

static void take_answer(int meter) {
    uint8_t answer[MODBUS_TCP_MAX_ADU_LENGTH];
    const int length = modbus_receive_confirmation(clients[meter], answer);
    if (length < 0) stop("cannot receive");
    if (!is_right(answer, length)) wrong++;
    reads++;
    ask(meter);
}

static void read_order(int loop) {
    if (scanf("%d %lf %d %d %d", &port, &span, &unit, &address, &count) != 5 || count < 1 || count > 125) stop("no order");
    for (int index = 0; index < count; index++) if (scanf("%hu", &words[index]) != 1) stop("no words");
    if (scanf("%d", &meters) != 1 || meters < 1) stop("no meters");
    clients = calloc(meters, sizeof *clients);
    if (!clients) stop("no memory");
    for (int meter = 0; meter < meters; meter++) {
        char host[64];
        if (scanf("%63s", host) != 1) stop("no host");
        clients[meter] = modbus_new_tcp(host, port);
        if (!clients[meter] || modbus_set_slave(clients[meter], unit) < 0) stop("no client");
        modbus_set_response_timeout(clients[meter], 10, 0); /* of the connect too: half a second is short for a busy farm */
        if (modbus_connect(clients[meter]) < 0) stop("cannot connect");
        struct epoll_event event = {.events = EPOLLIN, .data.u32 = meter};
        if (epoll_ctl(loop, EPOLL_CTL_ADD, modbus_get_socket(clients[meter]), &event) < 0) stop("cannot watch");
    }
}

static void run_until(int loop, double end) {
    struct epoll_event events[1024];
    while (now() < end) {
        const int ready = epoll_wait(loop, events, 1024, 100);
        for (int index = 0; index < ready; index++) take_answer(events[index].data.u32);
    }
}

int main(void) {
    const int loop = epoll_create1(0);
    read_order(loop);
    for (int meter = 0; meter < meters; meter++) ask(meter);
    run_until(loop, now() + 1);
    const long before = reads;
    const double at = now(), cpu = cpu_micros();
    run_until(loop, at + span);
    const double used = cpu_micros() - cpu, took = now() - at;
    struct rusage usage;
    getrusage(RUSAGE_SELF, &usage);
    printf("{\"reads\":%ld,\"wrong\":%ld,\"failed\":0,\"seconds\":%f,\"cpuMicros\":%f,\"rssMb\":%ld}\n",
        reads - before, wrong, took, used, usage.ru_maxrss / 1024);
    return 0;
}
