"""The Jacobian of an autoencoder by CasADi's own choice of mode and colouring;
weights and point are those of the request.
"""

from protocol import serve, timed, write_doubles
from weights import Weights

import casadi
import numpy

# As ChainWorkloads names them.
SIZES = {
    "autoencoder 600": [600, 60, 40, 10, 40, 60, 600],
    "autoencoder 60": [60, 12, 8, 3, 8, 12, 60],
}


def answer(request):
    name = request["workload"]
    if name not in SIZES:
        raise SystemExit(f"{name} is not written for casadi")
    weights = Weights(request)
    x = casadi.MX.sym("x", SIZES[name][0])
    y = x
    for index, pair in enumerate(zip(SIZES[name], SIZES[name][1:])):
        w, b = weights.affine(*pair)
        y = casadi.mtimes(casadi.DM(w), casadi.tanh(y) if index else y) + b
    jacobian = casadi.Function("J", [x], [casadi.jacobian(y, x)])
    point = casadi.DM(weights.point)
    write_doubles(request["answer"], numpy.array(jacobian(point)))
    return {"seconds": timed(lambda: jacobian(point), request)}


serve(answer)
