"""The functions of bench/Workloads/ScalarTasks.swift, on the numbers of any library:
AlphaGrad's tasks, as published (graphax, examples/roe.py, differential_kinematics.py,
minpack.py, easy.py).
"""


def roe_flux(m, x):
    def side(density, momentum, energy):
        speed = momentum / density
        pressure = -0.5 * (energy - 0.5 * momentum * momentum / density)
        flux = (momentum, pressure + momentum * speed, speed * (pressure + energy))
        return speed, pressure, (energy + pressure) / density, flux

    left, right = m.sqrt(x[0]), m.sqrt(x[3])
    jump, mean, total = x[3] - x[0], m.sqrt(x[0] * x[3]), left + right
    va, pa, ha, fa = side(x[0], x[1], x[2])
    vb, pb, hb, fb = side(x[3], x[4], x[5])
    pressure, speed = pb - pa, vb - va
    u = (left * va + right * vb) / total
    h = (left * ha + right * hb) / total
    square = u * u
    sound_square = -0.5 * (h - 0.5 * square)
    sound = m.sqrt(sound_square)
    fast, slow = m.fabs(u + sound), m.fabs(u)
    n = sound * mean
    c0 = (jump - pressure / sound_square) * slow
    c1 = (speed + pressure / n) * fast
    c2 = (speed - pressure / n) * slow
    c = 0.5 * mean / sound
    c3, c4 = c * c1, c * c2
    d0 = c0 + c3 - c4
    d1 = c0 * u + c3 * (u + sound) - c4 * (u - sound)
    d2 = c0 * 0.5 * square + c3 * (h + u * sound) - c4 * (h - u * sound)
    return [0.5 * (a + b - d) for a, b, d in zip(fa, fb, (d0, d1, d2))]


def robot_hand(m, x):
    c1, c2, c3, c4, c5, c6 = (m.cos(x[i]) for i in range(6))
    s1, s2, s3, s4, s5, s6 = (m.sin(x[i]) for i in range(6))
    c23 = c2 * c3 - s2 * s3
    s23 = c2 * s3 + s2 * c3
    ax = s5 * (c1 * c23 * c4 + s1 * s4) + c1 * s23 * c5
    ay = s5 * (s1 * c23 * c4 - c1 * s4) + s1 * s23 * c5
    az = s23 * c4 * s5 - c23 * c5
    wrist = c23 * s5 + s23 * c4 * c5
    nz = c6 * wrist - s23 * s4 * s6
    oz = -s6 * wrist - s23 * s4 * c6
    reach = 175 + 890 * c2 + 50 * c23 + 1035 * s23
    side = s5 * (s1 * c23 * c4 + c1 * s4) + s1 * s23 * c5
    return [
        185 * ax + c1 * reach,
        185 * side + s1 * reach,
        890 * s2 + 575 + 50 * s23 - 1035 * c23 + 185 * az,
        m.atan2(ay, ax),
        m.atan2(m.sqrt(1 - az * az), az),
        m.atan2(oz, -nz),
    ]


def propane(m, x):
    root = m.sqrt(40 / x[10])
    total = x[10] - x[0]
    for i in range(1, 10):
        total = total - x[i]
    return [
        x[0] + x[3] - 3,
        2 * x[0] + x[1] + x[3] + x[6] + x[7] + x[8] + 2 * x[9] - 10,
        2 * x[1] + 2 * x[4] + x[5] + x[6] - 8,
        2 * x[2] + x[8] - 40,
        x[1] * x[3] - x[0] * x[4],
        m.sqrt(x[1] * x[3]) - m.sqrt(x[0]) * root * x[5],
        m.sqrt(x[0] * x[1]) - m.sqrt(x[3]) * x[6] * root,
        x[0] - x[3] * x[7] * 40 / x[10],
        x[0] * m.sqrt(x[2]) - x[3] * x[8] * root,
        x[0] * x[0] - x[3] * x[3] * x[9] * 40 / x[10],
        total,
    ]


def lighthouse(m, x):
    tangent = m.tan(x[2] * x[3])
    place = x[0] * tangent / (x[1] - tangent)
    return [place, x[1] * place]


def kerr_senn(m, x):
    r, sine, cosine = x[1], m.sin(x[2]), m.cos(x[2])
    square = sine * sine
    sigma = r * r + 1.8 * r + 0.25 * (cosine * cosine)
    horizon = r * r + 1.8 * r - 2 * r + 0.25
    return [
        -(1 - 2 * r / sigma),
        sigma / horizon,
        sigma,
        (sigma + 0.25 * square + 0.5 * r * square / sigma) * square,
        -r / square,
    ]


TASKS = {
    "RoeFlux_1d": roe_flux,
    "RobotArm_6DOF": robot_hand,
    "PropaneCombustion": propane,
    "Lighthouse": lighthouse,
    "KerrSenn_metric": kerr_senn,
}
