"""The product of given dense matrices by numpy.linalg.multi_dot."""

from protocol import read_doubles, serve, timed, write_doubles

import numpy


def answer(request):
    # Innermost first in the request, outermost first in the product.
    matrices = [
        numpy.frombuffer(read_doubles(factor["file"])).reshape(
            factor["rows"], factor["columns"]
        )
        for factor in reversed(request["factors"])
    ]

    def product():
        if len(matrices) == 1:
            return matrices[0].copy()
        return numpy.linalg.multi_dot(matrices)

    write_doubles(request["answer"], product())
    return {"seconds": timed(product, request)}


serve(answer)
