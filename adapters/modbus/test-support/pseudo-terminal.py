"""A serial line without hardware: opens a pseudo-terminal pair in raw mode, prints the name of the end that a
serial port's user opens, and joins the other end with stdin and stdout. Ends when stdin ends."""
import os
import pty
import selectors
import sys
import tty

device_end, user_end = pty.openpty()
tty.setraw(user_end)
sys.stdout.write(os.ttyname(user_end) + "\n")
sys.stdout.flush()
# The user's end stays open here too, so that a user who closes and comes back finds the same line.
selector = selectors.DefaultSelector()
selector.register(0, selectors.EVENT_READ)
selector.register(device_end, selectors.EVENT_READ)
while True:
    for key, _ in selector.select():
        data = os.read(key.fd, 4096)
        if not data:
            sys.exit(0)
        os.write(device_end if key.fd == 0 else 1, data)
