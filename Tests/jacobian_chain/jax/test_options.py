"""What `jacobian` can be asked for, and what it says to what makes no sense."""

from __future__ import annotations

import pickle
import re

import jax
import jax.extend.core
import jax.numpy as jnp
import numpy as np
import pytest
from jax.sharding import Mesh, NamedSharding, PartitionSpec

import jacobian_chain.jax as jcj
from jacobian_chain import ChainError
from jacobian_chain.jax import (
    Plan,
    _planning,
    check,
    jacobian,
    plan,
    value_and_jacobian,
)
from jacobian_chain.jax._execute import _passes

from .corpus import CASES, draw, layers, network

DIMS = 200, 40, 3, 40, 160


@pytest.fixture
def waist():
    return network(layers(*DIMS)), draw(200)


@pytest.mark.parametrize("mode", ["auto", "forward", "reverse", "plan"])
@pytest.mark.parametrize("chunk", [None, 1, 7, 1000])
def test_modes_and_chunks_agree(waist, mode, chunk):
    fun, x = waist
    found = jax.jit(jacobian(fun, mode=mode, chunk_size=chunk))(x)
    np.testing.assert_allclose(found, jax.jacobian(fun)(x), rtol=0, atol=1e-13)


@pytest.mark.parametrize("mode", ["auto", "forward", "reverse"])
def test_memory_limit_cuts_along_the_seeds(waist, mode):
    fun, x = waist
    result = 160 * 200 * 8
    limited = jax.jit(jacobian(fun, mode=mode, memory_limit=result * 3))
    np.testing.assert_allclose(limited(x), jax.jacobian(fun)(x), rtol=0, atol=1e-13)
    with pytest.raises(ChainError, match="at least") as refused:
        jacobian(fun, mode=mode, memory_limit=result)(x)
    assert refused.value.kind == "limitReached"


def test_memory_of_one_pass_stays_below_the_limit():
    # Wide inside, and no waist: one vector at a time needs little, all need much.
    fun = network(layers(30, 3000, 30))
    x = draw(30)
    needs = {}
    for limit in (None, "100kB"):
        compiled = jax.jit(jacobian(fun, mode="reverse", memory_limit=limit)).lower(x)
        needs[limit] = compiled.compile().memory_analysis().temp_size_in_bytes
    # 3000 × 8 bytes a vector, the primal's own among them.
    assert needs["100kB"] < 300_000
    assert needs[None] > 700_000


@pytest.mark.parametrize(
    ("limit", "size"),
    [(1000, 1000), ("2kB", 2000), ("1.5 KiB", 1536), ("3GiB", 3 << 30)],
)
def test_limits_are_bytes(limit, size):
    from jacobian_chain.jax._memory import parse_bytes

    assert parse_bytes(limit) == size


def test_factored_is_an_operator():
    fun = CASES["trees_at_a_waist"]().fun
    (tree,) = CASES["trees_at_a_waist"]().args
    value, operator = jax.jit(value_and_jacobian(fun, output_format="factored"))(tree)
    assert operator.shape == (100, 120)
    assert [f.shape for f in operator.factors] == [(100, 4), (4, 120)]
    tangent = jax.tree_util.tree_map(jnp.cos, tree)
    cotangent = jax.tree_util.tree_map(jnp.sin, value)
    expected = jax.jvp(fun, (tree,), (tangent,))[1]
    (back,) = jax.vjp(fun, tree)[1](cotangent)
    close = jax.tree_util.Partial(np.testing.assert_allclose, rtol=0, atol=1e-12)
    jax.tree_util.tree_map(close, operator.mv(tangent), expected)
    jax.tree_util.tree_map(close, operator.rmv(cotangent), back)
    matrix = draw(120, 2)
    close(operator @ matrix, operator.to_dense() @ matrix)
    close(matrix[:100].T @ operator, matrix[:100].T @ operator.to_dense())


def test_factored_keeps_places_without_derivatives():
    def fun(a, b):
        return jnp.ones(2), draw(30, 2) @ jnp.tanh(draw(2, 40) @ b), a[:0]

    a, b = draw(3), draw(40)
    operator = jacobian(fun, (0, 1), output_format="factored")(a, b)
    blocks = jax.jacobian(fun, (0, 1))(a, b)
    np.testing.assert_allclose(operator.to_dense(), np.block([list(r) for r in blocks]))


def test_bcoo_is_the_same_matrix(waist):
    fun, x = waist
    found = jax.jit(jacobian(fun, output_format="bcoo"))(x)
    np.testing.assert_allclose(
        found.todense(), jax.jacobian(fun)(x), rtol=0, atol=1e-13
    )


def test_bcoo_of_numbers_has_no_axes():
    found = jacobian(lambda x: {"y": x * x[0]}, output_format="bcoo")(jnp.ones((1,)))
    assert found["y"].todense().shape == (1, 1)
    found = jacobian(lambda x: x * x, output_format="bcoo")(jnp.asarray(3.0))
    assert (found.shape, found.todense()) == ((), 6.0)


def test_bcoo_of_numbers_among_arrays_by_structure():
    def fun(x):
        return {"row": jnp.sin(x["v"]) * x["v"], "number": x["s"] ** 2}

    x = {"s": jnp.asarray(0.5), "v": jnp.linspace(0.1, 1.0, 60)}
    assert plan(fun, x).strategy == "structure"
    found, expected = jacobian(fun, output_format="bcoo")(x), jax.jacobian(fun)(x)
    for ours, theirs in zip(
        jax.tree_util.tree_leaves(found, is_leaf=lambda a: hasattr(a, "todense")),
        jax.tree_util.tree_leaves(expected),
        strict=True,
    ):
        np.testing.assert_allclose(ours.todense(), theirs, rtol=0, atol=1e-13)


def test_has_aux(waist):
    fun, x = waist

    def with_aux(x, name):
        y = fun(x)
        return y, {"norm": jnp.sum(y), "name": name, "n": 3}

    for mode in ("auto", "reverse"):
        jac, aux = jacobian(with_aux, has_aux=True, mode=mode)(x, "a name")
        np.testing.assert_allclose(jac, jax.jacobian(fun)(x), rtol=0, atol=1e-13)
        np.testing.assert_allclose(aux["norm"], jnp.sum(fun(x)))
        assert (aux["name"], aux["n"]) == ("a name", 3)
    (value, aux), jac = value_and_jacobian(with_aux, has_aux=True)(x, "a name")
    np.testing.assert_allclose(value, fun(x), rtol=0, atol=1e-14)
    assert aux["name"] == "a name"


def test_constants_keep_their_types(waist):
    fun, x = waist
    given = {"array": np.arange(3), "number": np.float16(2), "key": jax.random.key(0)}

    def with_constants(x):
        return (fun(x), np.ones(2), 1.5), given

    _, found = jacobian(with_constants, has_aux=True)(x)
    assert found["array"] is given["array"]
    assert found["number"] is given["number"]
    assert found["key"].dtype == given["key"].dtype
    (value, _), _ = value_and_jacobian(with_constants, has_aux=True)(x)
    assert all(isinstance(v, jax.Array) for v in value)
    assert (value[1].dtype, value[2].weak_type) == (np.float64, True)


def test_keyword_arguments_are_passed_on(waist):
    fun, x = waist

    def scaled(x, *, scale):
        return scale * fun(x)

    found = jacobian(scaled)(x, scale=3.0)
    np.testing.assert_allclose(found, 3 * jax.jacobian(fun)(x), rtol=0, atol=1e-12)


def test_holomorphic_and_integers_are_left_to_jax():
    z = jnp.array([1 + 2j, 0.5j])
    found = jacobian(lambda z: z * z, holomorphic=True)(z)
    np.testing.assert_allclose(
        found, jax.jacobian(lambda z: z * z, holomorphic=True)(z)
    )
    n = jnp.arange(3)
    found = jacobian(lambda n: n * 2.0, allow_int=True)(n)
    assert found.dtype == jax.jacobian(lambda n: n * 2.0, allow_int=True)(n).dtype
    for transform in (jacobian, jax.jacobian):
        with pytest.raises(TypeError, match="jacrev requires real- or complex-valued"):
            transform(lambda n: n * 2.0)(n)
        with pytest.raises(TypeError, match="jacrev requires real-valued"):
            transform(lambda x: x * 1j)(draw(2))


def test_what_cant_be_traced_is_left_to_jax():
    def branches(x):
        return x**2 if x[0] > 0 else -x

    x = jnp.abs(draw(4))
    np.testing.assert_allclose(jacobian(branches)(x), jax.jacobian(branches)(x))


def test_errors_of_the_function_pass_through():
    def wrong(x):
        raise LookupError("mine")

    for call in (jacobian(wrong), lambda x: plan(wrong, x), value_and_jacobian(wrong)):
        with pytest.raises(LookupError, match="mine"):
            call(draw(3))


def test_environment_switches_it_off(waist, monkeypatch):
    fun, x = waist
    monkeypatch.setenv("JACOBIAN_CHAIN_MODE", "reverse")
    assert plan(fun, x).mode == "reverse"
    ours, theirs = jax.make_jaxpr(jacobian(fun))(x), jax.make_jaxpr(jax.jacrev(fun))(x)
    assert str(ours) == str(theirs)
    assert plan(fun, x, mode="plan").mode == "plan"
    monkeypatch.setenv("JACOBIAN_CHAIN_MODE", "sideways")
    with pytest.raises(ChainError, match="JACOBIAN_CHAIN_MODE"):
        jacobian(fun)(x)


def test_what_brings_nothing_is_jacrev_or_jacfwd():
    """By the trace at hand at first, literally from then on."""
    for name, transform in (("classifier", jax.jacrev), ("generator", jax.jacfwd)):
        case = CASES[name]()
        ours = jacobian(case.fun)
        theirs = jax.make_jaxpr(transform(case.fun))(*case.args)
        products = [
            sorted(
                str([v.aval.shape for v in (*e.invars, *e.outvars)])
                for e in made.jaxpr.eqns
                if e.primitive.name == "dot_general"
            )
            for made in (jax.make_jaxpr(ours)(*case.args), theirs)
        ]
        assert products[0] == products[1]
        again = jax.make_jaxpr(lambda *args, ours=ours: ours(*args))(*case.args)
        assert str(again) == str(theirs)


@pytest.fixture
def without_structure(monkeypatch):
    monkeypatch.setattr(_planning, "structure_of", lambda *_: None)


@pytest.mark.parametrize(
    "entry",
    [
        lambda x, k: x[k],
        lambda x, k: jnp.take(x, k, mode="clip"),
        lambda x, k: jax.lax.dynamic_index_in_dim(x, k, keepdims=False),
    ],
    ids=["slice", "gather", "dynamic_slice"],
)
def test_entries_picked_one_by_one_go_forward(entry, without_structure):
    """An adjoint of one entry is as large as the whole; a tangent is not."""

    def fun(x):
        picked = [jnp.cos(entry(x, k)) for k in range(120)]
        total = sum(picked)
        return jnp.stack([total + jnp.sin(k * y) for k, y in enumerate(picked)])

    found = plan(fun, jnp.ones(120))
    assert found.mode == "forward", str(found)


def test_two_halves_are_no_entries(without_structure):
    weight = layers(200, 200)[0]

    def fun(x):
        y = weight @ x
        return jnp.concatenate([y[:100] * y[100:], jnp.sum(y) * y[100:]])

    assert plan(fun, jnp.ones(200)).mode == "reverse"


def test_entries_that_are_only_put_in_place_are_put_there_once():
    """Coefficients that nothing is spread over are worth no kernel of their own."""

    def stencil(x):
        return jnp.exp(x) - jnp.roll(x, 1) - jnp.roll(x, -1)

    made = jax.make_jaxpr(jacobian(stencil))(jnp.ones(400))
    names = [equation.primitive.name for equation in made.jaxpr.eqns]
    assert names.count("scatter") == 1


@pytest.mark.parametrize("outer", [jnp.sin, jnp.cos])
def test_coefficients_are_not_computed_for_every_entry(outer):
    """Of n cosines XLA for CPUs makes n², where they are spread over a matrix."""
    weight = layers(300, 300)[0]

    def fun(x):
        return jnp.tanh(x) + weight @ outer(x)

    x = jnp.linspace(0.1, 1.0, 300)
    assert plan(fun, x).strategy == "structure"
    compiled = jax.jit(jacobian(fun)).lower(x).compile()
    np.testing.assert_allclose(compiled(x), jax.jacrev(fun)(x), rtol=0, atol=1e-13)
    spreading = [
        kernel
        for kernel in compiled.as_text().split("\n\n")
        if "[300,300]" in kernel and "ENTRY" not in kernel
    ]
    assert spreading
    for kernel in spreading:
        assert not re.search(r"= f64\S+ (co)?sine\(", kernel)


def test_coefficients_are_differentiated_and_mapped():
    weight = layers(40, 40)[0]

    def fun(x):
        return x**3 + weight @ jnp.sin(x)

    xs = jnp.stack([jnp.linspace(0.1, 1.0, 40), jnp.linspace(-1.0, 0.5, 40)])
    for of in (jax.jacfwd, jax.jacrev):
        found, expected = (
            jax.jit(jax.vmap(of(first)))(xs)
            for first in (jacobian(fun), jax.jacrev(fun))
        )
        np.testing.assert_allclose(found, expected, rtol=0, atol=1e-12)


def test_dtypes_are_those_of_jax_jacobian_in_forward_mode_too():
    double = network(layers(4, 60, 90, 200))

    def fun(x):
        return double(x.astype(jnp.float64))

    x = jnp.ones(4, jnp.float32)
    assert plan(fun, x).mode == "forward"
    found, expected = jacobian(fun)(x), jax.jacobian(fun)(x)
    assert (found.shape, found.dtype) == (expected.shape, expected.dtype)
    np.testing.assert_allclose(found, expected, rtol=1e-6)


@pytest.mark.parametrize("asked", [plan, check])
def test_a_call_without_the_argument_says_what_to_give(asked):
    with pytest.raises(ChainError) as refused:
        asked(jnp.sin)
    assert refused.value.location == "argnums"
    assert "after the function" in refused.value.advice


@pytest.mark.parametrize(
    ("fun", "x", "said"),
    [
        (jnp.sin, jnp.arange(3), "but int"),
        (jnp.sin, "x", "but str"),
        (jnp.sin, (3,), "but int"),
        (jnp.argmax, jnp.ones(3), "but int"),
        (lambda x: x * 1j, jnp.ones(3), "but complex"),
        (lambda x: None, jnp.ones(3), "without outputs"),
        (lambda x: x[:0], jnp.ones(3), "without elements"),
    ],
)
def test_a_plan_says_what_is_left_to_jax_and_why(fun, x, said):
    assert said in plan(fun, x).reason


@pytest.mark.parametrize("argnums", ["x", ("x",), (0.0,)])
def test_names_are_no_positions(argnums):
    with pytest.raises(ChainError, match="position"):
        plan(jnp.sin, jnp.ones(3), argnums=argnums)


def test_an_unknown_option_is_named_with_those_there_are():
    with pytest.raises(TypeError, match=r"'chunksize'.*chunk_size"):
        value_and_jacobian(jnp.sin, chunksize=3)


@pytest.mark.parametrize(
    ("options", "place"),
    [
        ({"mode": "fast"}, "mode"),
        ({"output_format": "csr"}, "output_format"),
        ({"chunk_size": 0}, "chunk_size"),
        ({"chunk_size": 2.5}, "chunk_size"),
        ({"memory_limit": "lots"}, "memory_limit"),
        ({"memory_limit": 0}, "memory_limit"),
        ({"plan": "saved"}, "plan"),
        ({"profile": 3}, "profile"),
        ({"sharding": "x"}, "sharding"),
    ],
)
def test_nonsense_is_refused(options, place):
    with pytest.raises(ChainError) as refused:
        jacobian(jnp.sin, **options)
    assert refused.value.location == place
    assert refused.value.advice


def test_plan_needs_shapes_only_and_can_be_kept(waist):
    fun, x = waist
    shape = jax.ShapeDtypeStruct(x.shape, x.dtype)
    made = plan(fun, shape)
    assert made.mode == "plan"
    assert made.gain > 1.25
    for kept in (Plan.from_json(made.to_json()), pickle.loads(pickle.dumps(made))):
        assert kept == made
        found = jax.jit(jacobian(fun, plan=kept))(x)
        np.testing.assert_allclose(found, jax.jacobian(fun)(x), rtol=0, atol=1e-13)
    with pytest.raises(ChainError, match="made for") as refused:
        jacobian(network(layers(200, 40, 4, 40, 160)), plan=made)(x)
    assert refused.value.kind == "invalidPlan"
    with pytest.raises(ChainError, match="malformed"):
        Plan.from_json("{}")


def test_plan_traces_shapes_among_other_arguments():
    def fun(x, weights):
        return weights[1] @ jnp.tanh(weights[0] @ x)

    shapes = [jax.ShapeDtypeStruct(w.shape, w.dtype) for w in layers(400, 3, 400)]
    assert plan(fun, draw(400), shapes).mode == "plan"


def test_plan_prints_itself(waist):
    fun, x = waist
    text, page = str(plan(fun, x)), plan(fun, x)._repr_html_()
    for said in ("plan:", "order", "forward", "reverse", "optimum", "dot_general"):
        assert said in text
    assert "<iframe" in page
    dull = str(plan(lambda x: jnp.sum(jnp.sin(x)), draw(20)))
    assert dull.startswith("1.0×, reverse: no order is much better")
    assert "1 × 20" in dull


def test_plans_of_equal_shapes_are_solved_once(waist, monkeypatch):
    from jacobian_chain import _native

    fun, x = waist
    jacobian(fun)(x)
    monkeypatch.setattr(_native, "solved", None)
    jacobian(fun)(x)


def test_steps_in_one_direction_are_one_pass(waist):
    fun, x = waist
    steps = plan(fun, x).steps
    kinds = [run[0]["kind"] for run in _passes(steps, lambda _: None)]
    assert sorted(kinds) == ["accumulate", "accumulate", "multiply"]
    assert len(_passes(steps, lambda _: 7)) == len(steps) > 3


def test_planning_writes_no_equations_out(waist, monkeypatch):
    fun, x = waist

    def slow(*_):
        raise AssertionError("a jaxpr was printed")

    for name in ("__repr__", "__str__"):
        monkeypatch.setattr(jax.extend.core.Jaxpr, name, slow)
        monkeypatch.setattr(jax.extend.core.ClosedJaxpr, name, slow)
    assert plan(fun, x).mode == "plan"
    clipped = CASES["custom_vjp_at_a_waist"]()
    assert plan(clipped.fun, *clipped.args).mode == "plan"


def test_check_sees_a_wrong_jacobian(waist):
    fun, x = waist
    assert check(fun, x)
    tree = CASES["trees"]()
    assert check(tree.fun, *tree.args)
    assert check(CASES["while_loop"]().fun, *CASES["while_loop"]().args)

    def powers(x, *, power, flipped=False):
        return -(x**power) if flipped else x**power

    assert check(powers, x, power=3, flipped=True, mode="plan")
    vjp = CASES["custom_vjp_at_a_waist"]()
    assert check(vjp.fun, *vjp.args).forward_error is None

    @jax.custom_jvp
    def wrong(x):
        return jnp.sin(x)

    # Not linear in t: no matrix is this derivative.
    wrong.defjvp(lambda p, t: (jnp.sin(p[0]), jnp.abs(t[0]) * jnp.cos(p[0])))
    found = check(wrong, x, mode="forward")
    assert not found
    assert "WRONG" in str(found)


def test_calibrated_profile_is_kept(tmp_path, monkeypatch):
    from jacobian_chain.jax import _profiles

    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    monkeypatch.setattr(_profiles, "_calibrated", {})
    made = jcj.calibrate()
    assert made.fma > 1e6
    assert made.bytes > 1e6
    assert 0 < made.operation < 1
    assert _profiles.current_profile() is made
    monkeypatch.setattr(_profiles, "_calibrated", {})
    assert _profiles.current_profile() == made
    monkeypatch.setattr(_profiles, "_calibrated", {})
    next(tmp_path.rglob("*.json")).write_text("broken")
    assert "thumb" in _profiles.current_profile().name


def test_sharded_over_eight_devices(waist):
    if jax.device_count() < 8:
        pytest.skip("needs --xla_force_host_platform_device_count=8")
    fun = network(layers(160, 8, 160))
    x = draw(160)
    mesh = Mesh(np.array(jax.devices()[:8]), ("seeds",))
    sharding = NamedSharding(mesh, PartitionSpec("seeds"))
    expected = jax.jacobian(fun)(x)
    for mode in ("plan", "forward", "reverse"):
        found = jax.jit(jacobian(fun, mode=mode, sharding=sharding))(x)
        np.testing.assert_allclose(found, expected, rtol=0, atol=1e-13)
        assert len(found.sharding.device_set) == 8


def test_a_delegated_function_is_traced_once() -> None:
    calls = []

    def f(x: jax.Array, scale: float = 1.0) -> jax.Array:
        calls.append(x)
        return jnp.tanh(x[:3]) * scale

    ours, theirs = jacobian(f), jax.jacobian(f)
    assert plan(f, jnp.ones(4)).mode != "plan"
    for x in (jnp.ones(4), jnp.arange(4.0), jnp.ones(4)):
        calls.clear()
        np.testing.assert_allclose(ours(x, scale=2.0), theirs(x, scale=2.0))
    # Once by ours and once by theirs.
    assert len(calls) == 2
    calls.clear()
    ours(jnp.ones(5))
    assert len(calls) == 1
