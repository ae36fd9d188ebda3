"""Which public methods a story has called, and what it found."""

import inspect


class Told:
    """Hands out clients that remember what was called on them, and knows at the end what nobody called."""

    def __init__(self, capability):
        self.capability = capability
        self._called = {}

    def client(self, real, beside=()):
        """The same client, watched. `beside` names what a client offers and no story can call."""
        kind = type(real)
        self._called.setdefault(kind, set(beside))
        return _Watched(real, self._called[kind])

    def called(self, kind, method):
        self._called.setdefault(kind, set()).add(method)

    def uncalled(self):
        return [
            f"{kind.__name__}.{name}"
            for kind, called in self._called.items()
            for name in _methods_of(kind)
            if name not in called
        ]

    def count(self):
        return sum(len(called) for called in self._called.values())


def _methods_of(kind):
    return [name for name, _ in inspect.getmembers(kind, callable) if not name.startswith("_")]


class _Watched:
    def __init__(self, real, called):
        self._real = real
        self._called_names = called

    def __getattr__(self, name):
        found = getattr(self._real, name)
        if callable(found):
            self._called_names.add(name)
        return found


def check(found, what):
    if not found:
        raise AssertionError(what)


def refused(call, status, code=None):
    """Calls, and wants this HTTP status (and error code)."""
    from azure.core.exceptions import HttpResponseError

    try:
        call()
    except HttpResponseError as error:
        _same(error, status, code)
        return
    raise AssertionError(f"{status} was expected, and the call succeeded")


async def refused_async(call, status, code=None):
    from azure.core.exceptions import HttpResponseError

    try:
        await call()
    except HttpResponseError as error:
        _same(error, status, code)
        return
    raise AssertionError(f"{status} was expected, and the call succeeded")


def _same(error, status, code):
    check(error.status_code == status, f"{error.status_code} instead of {status}: {error.message}")
    if code is not None:
        found = error.error.code if error.error else None
        check(found == code, f"the error code is {found} instead of {code}")
