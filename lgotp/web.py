"""What the web server answers by itself, when something is no request at all."""

from socket import socket

from gunicorn import util

UNSUPPORTED = 501
PAGE = """<!DOCTYPE html>
<html lang="ja"><head><meta charset="utf-8"><title>{status}｜LGOTP</title></head>
<body><h1>送られた内容を読み取れませんでした</h1><p>何も変更されていません。</p>
<h2 lang="en">We could not read what was sent</h2><p lang="en">Nothing was changed.</p></body>
</html>
"""
HEADERS = """HTTP/1.1 {status} {reason}
Connection: close
Content-Type: text/html; charset=utf-8
Content-Length: {length}
Cache-Control: no-store, private
Content-Security-Policy: default-src 'none'; frame-ancestors 'none'; base-uri 'none'
Cross-Origin-Opener-Policy: same-origin
Cross-Origin-Resource-Policy: same-origin
Permissions-Policy: camera=(), geolocation=(), microphone=(), payment=(), usb=()
Referrer-Policy: same-origin
Strict-Transport-Security: max-age=31536000; includeSubDomains; preload
X-Content-Type-Options: nosniff
X-Frame-Options: DENY

"""


def write_error(line: socket, status: int, reason: str, _message: str) -> None:
    """Stands in for gunicorn's own, which repeats what was sent and carries none of our headers."""
    if status == UNSUPPORTED:  # what a reader sends is never the server's fault
        status, reason = 400, "Bad Request"
    page = PAGE.format(status=status).encode()
    head = HEADERS.format(status=status, reason=reason, length=len(page))
    util.write_nonblock(line, head.replace("\n", "\r\n").encode("ascii") + page)
