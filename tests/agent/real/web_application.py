"""A Flask application behind worker processes, and the clients that load it.

Prints what the clients were answered, which must not depend on who looks on.
"""

import hashlib
import http.client
import json
import os
import signal
import socket
import sys
import threading

from flask import Flask, jsonify, request
from werkzeug.serving import WSGIRequestHandler, make_server

WORKERS = 2
CLIENTS = 4
REQUESTS = int(sys.argv[1])  # of each client

app = Flask(__name__)
sessions = {}


class Session:
    def __init__(self, user):
        self.user = user
        self.visits = []


@app.route("/visit/<user>")
def visit(user):
    session = sessions.setdefault(user, Session(user))
    session.visits.append({"path": request.path, "agent": request.headers.get("User-Agent")})
    page = "".join(f"<li>{user} {i}</li>" for i in range(int(request.args["items"])))
    return jsonify(user=user, digest=hashlib.sha256(page.encode()).hexdigest())


class Quiet(WSGIRequestHandler):
    def log(self, *_):
        pass


def serve(listener, ready):
    server = make_server("127.0.0.1", listener.getsockname()[1], app, threaded=True,
                         request_handler=Quiet, fd=listener.fileno())
    signal.signal(signal.SIGTERM, lambda *_: threading.Thread(target=server.shutdown).start())
    os.write(ready, b"x")
    server.serve_forever()


def load(port, client, answers):
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    for i in range(REQUESTS):
        connection.request("GET", f"/visit/user{client}?items={i % 50}")
        response = connection.getresponse()
        answers.append((response.status, json.loads(response.read())["digest"]))
        if response.getheader("Connection") == "close":
            connection.close()
    connection.close()


def main():
    listener = socket.create_server(("127.0.0.1", 0), backlog=100)
    listener.setblocking(False)  # a connection wakes every worker, and one of them gets it
    workers = []
    began, ready = os.pipe()
    for _ in range(WORKERS):
        pid = os.fork()
        if pid == 0:
            serve(listener, ready)
            sys.exit(0)
        workers.append(pid)
    for _ in workers:
        os.read(began, 1)
    answers = [[] for _ in range(CLIENTS)]
    clients = [threading.Thread(target=load, args=(listener.getsockname()[1], i, answers[i]))
               for i in range(CLIENTS)]
    for client in clients:
        client.start()
    for client in clients:
        client.join()
    for pid in workers:
        os.kill(pid, signal.SIGTERM)
    statuses = [os.waitpid(pid, 0)[1] for pid in workers]
    print(hashlib.sha256(repr(answers).encode()).hexdigest(), sum(map(len, answers)), statuses)


main()
