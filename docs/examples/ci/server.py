"""A server that remembers the last requests, to show them."""

import collections


class Request:
    def __init__(self, path: str) -> None:
        self.path = path
        self.answer: "str | None" = None


class Server:
    def __init__(self) -> None:
        self.recent: "collections.deque[Request]" = collections.deque(maxlen=100)

    def serve(self, path: str) -> str:
        request = Request(path)
        self.recent.append(request)
        request.answer = "200"
        return request.answer
