"""A mail server of our own: it takes every mail, keeps it, and may be slow or closed."""

import email
import email.policy
import socketserver
import threading
import time


class Sink:
    """`with Sink() as sink`: listens on `sink.port`; `sink.mails` are (recipients, message) as they came."""

    def __init__(self, delay=0.0):
        #: Seconds between having taken a mail and saying so.
        self.delay = delay
        self.mails = []
        self._server = socketserver.ThreadingTCPServer(("127.0.0.1", 0), self._handler())
        self._server.daemon_threads = True
        self.port = self._server.server_address[1]

    def __enter__(self):
        threading.Thread(target=self._server.serve_forever, daemon=True).start()
        return self

    def __exit__(self, *error):
        self._server.shutdown()
        self._server.server_close()

    def recipients(self):
        return [recipient for recipients, _message in self.mails for recipient in recipients]

    def _handler(self):
        sink = self

        class Handler(socketserver.StreamRequestHandler):
            def handle(self):
                self.answer("220 sink")
                recipients = []
                while line := self.rfile.readline().decode("utf-8", "replace").strip():
                    word = line[:4].upper()
                    if word == "RCPT":
                        recipients.append(line.partition("<")[2].partition(">")[0])
                    if word == "DATA":
                        self.answer("354 go on")
                        sink.mails.append((recipients, self.message()))
                        recipients = []
                        time.sleep(sink.delay)
                    self.answer("221 bye" if word == "QUIT" else "250 ok")
                    if word == "QUIT":
                        return

            def message(self):
                lines = []
                while (line := self.rfile.readline()) not in (b".\r\n", b""):
                    lines.append(line.removeprefix(b".") if line.startswith(b"..") else line)
                return email.message_from_bytes(b"".join(lines), policy=email.policy.default)

            def answer(self, text):
                self.wfile.write(f"{text}\r\n".encode())

        return Handler
