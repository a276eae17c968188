"""Discord over real sockets: a small fake of it, and the tests that need one."""
