"""The page that asks for the token. Plain HTML: the page proper is behind the gate."""

from html import escape

from aiohttp import web

from web.server.refusals import Refusal

PAGE = """<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>Noiseloom</title>
<meta name="viewport" content="width=device-width"></head>
<body><main><h1>Noiseloom</h1>
<p>{message}</p>
<form method="get" action="/"><label>Token <input name="token" type="password" autocomplete="current-password"
 required autofocus></label> <button>Open</button></form>
<p>The server printed it when it first started.</p></main></body></html>
"""


def login_page(refusal: Refusal) -> web.Response:
    """The form, with what was wrong."""
    page = PAGE.format(message=escape(str(refusal)))
    return web.Response(status=refusal.status, text=page, content_type="text/html", headers=refusal.headers)
