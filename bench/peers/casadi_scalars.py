"""Value and Jacobian of a scalar task by CasADi's SX in its virtual machine: its own
choice of mode and colouring, its own simplifications; many points in one call, so that
the call itself costs nothing.
"""

import casadi
import numpy
from protocol import read_doubles, serve, timed, write_doubles
from scalar_tasks import TASKS

POINTS = 100


def answer(request):
    point = numpy.frombuffer(read_doubles(request["point"]))
    x = casadi.SX.sym("x", len(point))
    y = casadi.vertcat(*TASKS[request["workload"]](casadi, casadi.vertsplit(x)))
    jacobian = casadi.jacobian(y, x)
    dense = casadi.Function("J", [x], [jacobian])
    write_doubles(request["answer"], numpy.array(dense(casadi.DM(point))))
    many = casadi.Function("F", [x], [y, jacobian]).map(POINTS)
    buffer, evaluate = many.buffer()
    points = numpy.tile(point, POINTS)
    results = [numpy.zeros(many.nnz_out(k)) for k in range(2)]
    buffer.set_arg(0, memoryview(points))
    for k, result in enumerate(results):
        buffer.set_res(k, memoryview(result))
    samples = timed(evaluate, request)
    return {"seconds": [sample / POINTS for sample in samples]}


serve(answer)
