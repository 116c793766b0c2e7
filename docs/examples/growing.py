"""A server that keeps every request in its log: it takes a snapshot after each thousand of them."""

import heapsnap


class Request:
    def __init__(self, number: int) -> None:
        self.path = "/item/%d" % number
        self.answer: "str | None" = None


class Server:
    def __init__(self) -> None:
        self.log: "list[Request]" = []

    def serve(self, requests: int) -> None:
        for number in range(requests):
            request = Request(number)
            request.answer = "200"
            self.log.append(request)


server = Server()
for round in ("before", "after"):
    server.serve(1000)
    heapsnap.capture(round + ".hsnap")
