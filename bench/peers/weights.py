"""The numbers of a request: a point, and weights in the order of the functions."""

import numpy

from protocol import read_doubles


class Weights:
    def __init__(self, request):
        self.point = numpy.frombuffer(read_doubles(request["point"]))
        self.numbers = numpy.frombuffer(read_doubles(request["parameters"]))
        self.taken = 0

    def affine(self, columns, rows):
        """W, rows × columns, and b; they lie output by output, (w_i1 … w_in, b_i)."""
        end = self.taken + rows * (columns + 1)
        block = self.numbers[self.taken : end].reshape(rows, columns + 1)
        self.taken = end
        return block[:, :-1].copy(), block[:, -1].copy()
