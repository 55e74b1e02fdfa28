"""Heavy modules imported for the first time, in a coroutine."""


async def main() -> None:
    import doctest
    import imaplib
    import mailbox
    import pydoc
    import xml.dom.minidom
    import xmlrpc.server

    assert all((doctest, imaplib, mailbox, pydoc, xml, xmlrpc))
