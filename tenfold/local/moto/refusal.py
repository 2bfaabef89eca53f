"""A refusal in a patch of moto. moto looks up its own exceptions by their module, so ours are a class of their own."""

from moto.core.exceptions import ServiceException


class Refused(ServiceException):
    """`Refused(code, message)`: answered in the form of the service's protocol."""
