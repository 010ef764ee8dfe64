"""gunicorn in a container: two processes of four threads, behind Caddy."""

bind = "0.0.0.0:8000"
preload_app = True
workers = 2
threads = 4
timeout = 60
graceful_timeout = 25  # below the 30 seconds that a container is given to stop
worker_tmp_dir = "/dev/shm"  # noqa: S108 — heartbeat files; a disk could stall them
control_socket_disable = True
limit_request_line = 8190  # the largest there is: a longer address never reaches our own pages
loglevel = "warning"
