"""Functions of libraries: linear algebra, transforms, sorting, statistics."""

from __future__ import annotations

from typing import Any

import jax
import jax.numpy as jnp
import jax.scipy as jsp
import numpy as np
from jax import lax

from .pieces import flat, operation, pick, square


@operation
def decomposed(random: Any, pool: list[Any]) -> Any:
    a, x = square(random, pool, 3), jnp.resize(flat(random, pool), 3)
    ordered = a @ a.T + jnp.diag(jnp.arange(3.0))
    many = jnp.stack([a, ordered])
    functions = [
        lambda: jnp.linalg.svd(a + jnp.diag(jnp.arange(3.0)), full_matrices=False)[1],
        lambda: jnp.linalg.norm(a),
        lambda: jnp.linalg.norm(x + 3, 3),
        lambda: jnp.linalg.norm(a + 1, "nuc"),
        lambda: jnp.linalg.norm(many, axis=(1, 2)),
        lambda: jnp.linalg.cond(ordered),
        lambda: jnp.linalg.qr(many)[0][1],
        lambda: jnp.linalg.qr(a[:, :2], mode="reduced")[1],
        lambda: jnp.linalg.slogdet(many)[1] * x[0],
        lambda: jnp.linalg.tensorsolve(a, x),
        lambda: jnp.linalg.eigvalsh(many @ jnp.swapaxes(many, 1, 2) + jnp.diag(x))[1],
        lambda: jnp.linalg.vecdot(a, x),
        lambda: jnp.linalg.outer(x, x[:2]),
        lambda: jnp.linalg.matrix_rank(a) * x,
        lambda: jnp.linalg.vector_norm(a + 2, axis=0, ord=4),
        lambda: jnp.linalg.multi_dot([x[None], a, ordered, x[:, None]])[0],
        lambda: jnp.linalg.lstsq(a, jnp.stack([x, x * x], 1))[0],
        lambda: jsp.linalg.lu_solve(jsp.linalg.lu_factor(a), x),
        lambda: jsp.linalg.cho_solve(jsp.linalg.cho_factor(ordered), a),
        lambda: jsp.linalg.block_diag(a[:2, :2], x[:1, None]),
        lambda: jsp.linalg.toeplitz(x[:3], x[:2]),
        lambda: jsp.linalg.expm(0.2 * a)[:, 0] * x,
        lambda: jsp.linalg.solve(many, jnp.stack([a, a])),
        lambda: jsp.sparse.linalg.gmres(lambda v: a @ v, x, tol=1e-13, maxiter=9)[0],
        lambda: jsp.sparse.linalg.bicgstab(lambda v: a @ v, x, tol=1e-14)[0],
        lambda: jnp.linalg.solve(a.astype(complex) + 1j * jnp.eye(3), x).real,
        lambda: jnp.real(jnp.linalg.inv(a + 0.5j * jnp.eye(3)))[0],
        lambda: jnp.triu(a)[jnp.triu_indices(3)],
    ]
    return pick(random, functions)()


@operation
def of_frequencies(random: Any, pool: list[Any]) -> Any:
    x = flat(random, pool, 6)
    m = jnp.outer(x[:3], x[-2:])
    functions = [
        lambda: jsp.fft.dct(x),
        lambda: jsp.fft.idct(x, norm="ortho") * x[0],
        lambda: jnp.real(jnp.fft.fftn(m)),
        lambda: jnp.abs(jnp.fft.rfft2(m) + 4),
        lambda: jnp.fft.irfft2(jnp.fft.rfft2(m) * jnp.sum(x), (3, 2)[: m.ndim]),
        lambda: jnp.fft.hfft(lax.complex(x, x[::-1]), 2 * x.size)[:5],
        lambda: jnp.imag(jnp.fft.ihfft(x)),
        lambda: jsp.signal.fftconvolve(x, x[:2], mode="same"),
        lambda: jsp.signal.convolve2d(m, jnp.ones((2, 1)), mode="same"),
        lambda: jsp.signal.correlate(x, x[::-1][:2]),
        lambda: jnp.real(jnp.fft.fft(m, axis=0)) * x[0],
        lambda: jnp.fft.ifftshift(x) * x,
        lambda: jnp.abs(jnp.fft.fft(x, 9) + 5)[:4],
        lambda: jnp.angle(jnp.fft.rfft(x + 9) + 20),
        lambda: jsp.signal.detrend(x) if x.size > 2 else x,
    ]
    return pick(random, functions)()


@operation
def ranked(random: Any, pool: list[Any]) -> Any:
    x, y = flat(random, pool, 6), flat(random, pool, 4)
    k, m = min(2, x.size), jnp.outer(y, x[:3])
    segments = jnp.asarray(random.integers(-1, 4, size=x.size))
    functions = [
        lambda: x[lax.top_k(jnp.abs(x), k)[1]],
        lambda: lax.top_k(m, 1)[0] * y[0],
        lambda: jnp.take_along_axis(m, jnp.argsort(m, axis=0), 0),
        lambda: x[jnp.lexsort((x, jnp.round(x)))],
        lambda: jnp.partition(x, 0) * x,
        lambda: lax.top_k(x, k)[0] * lax.top_k(-x, k)[0],
        lambda: jnp.sort(m, axis=None, descending=True),
        lambda: lax.sort((jnp.round(x), x, x[::-1]), num_keys=1, is_stable=True)[2],
        lambda: lax.approx_max_k(x, k)[0],
        lambda: x[jnp.nonzero(x > 0, size=k, fill_value=0)[0]],
        lambda: jnp.extract(x > -0.2, x, size=k, fill_value=0.3),
        lambda: jnp.unique(jnp.round(x), size=k) * x[:k],
        lambda: jax.ops.segment_sum(x, segments, 4),
        lambda: jax.ops.segment_prod(
            2 + jnp.tanh(x), jnp.arange(x.size), x.size, unique_indices=True
        ),
        lambda: jnp.where(
            jnp.isfinite(v := jax.ops.segment_min(x, segments % 4, 4)), v, 0
        ),
        lambda: jax.ops.segment_sum(m, jnp.argsort(y) // 2, 3, indices_are_sorted=True),
        lambda: jnp.bincount(segments % 3, weights=x, length=3),
        lambda: jnp.digitize(x, jnp.array([-0.5, 0.5])) * x,
        lambda: jnp.searchsorted(jnp.sort(y), x) * x,
        lambda: jnp.nanmedian(m, axis=0),
        lambda: jnp.percentile(m, 40.0, axis=1, method="lower"),
        lambda: jnp.argmin(x) * x,
        lambda: jnp.array_split(x, 2)[-1],
        lambda: x[np.arange(x.size) % 2 == 0],
        lambda: jnp.fill_diagonal(jnp.outer(y, y), y[0], inplace=False),
        lambda: jnp.apply_along_axis(lambda r: jnp.cumsum(r)[::-1], 1, m),
        lambda: jnp.select([x > 0.5, x > -1], [x * x, jnp.sin(x)], x[0]),
        lambda: jnp.place(x, np.arange(x.size) < 1, 0.2, inplace=False),
        lambda: jnp.apply_over_axes(jnp.sum, m, [0]),
        lambda: jnp.interp(x, jnp.linspace(-2, 2, 5), jnp.resize(y, 5), period=4.0),
        lambda: jsp.ndimage.map_coordinates(y, [jnp.tanh(x) + 1], 1, mode="nearest"),
        lambda: jnp.unwrap(x) if x.size > 1 else x,
        lambda: jnp.ediff1d(x) if x.size > 1 else x,
    ]
    return pick(random, functions)()


@operation
def special(random: Any, pool: list[Any]) -> Any:
    x, y = flat(random, pool, 5), flat(random, pool, 5)
    k = min(x.size, y.size)
    a, b = x[:k], y[:k]
    m = jnp.outer(x, y)
    key = jax.random.key(int(random.integers(9)))
    functions = [
        lambda: jsp.special.logsumexp(m, axis=1, b=jnp.exp(jnp.tanh(m))),
        lambda: jsp.special.expit(x) * jsp.special.logit(0.5 + 0.3 * jnp.tanh(x)),
        lambda: jsp.special.xlogy(1 + a * a, 1 + b * b),
        lambda: jsp.special.entr(1 + a * a),
        lambda: jsp.special.betaln(1 + a * a, 2 + b * b),
        lambda: jsp.special.ndtri(0.5 + 0.4 * jnp.tanh(a)),
        lambda: jsp.special.i1(a),
        lambda: jsp.special.erfc(a) * b,
        lambda: jsp.special.rel_entr(1 + a * a, 2 + b * b),
        lambda: jsp.special.polygamma(1, 1.5 + a * a),
        lambda: jsp.special.zeta(2.5, 1 + a * a),
        lambda: jsp.stats.norm.logpdf(a, b, 1 + a * a),
        lambda: jsp.stats.norm.cdf(m),
        lambda: jsp.stats.gamma.logpdf(1 + a * a, 2 + b * b),
        lambda: jsp.stats.multivariate_normal.logpdf(
            m, jnp.zeros(y.size), 2 * jnp.eye(y.size)
        ),
        lambda: jax.nn.one_hot(jnp.argmax(a), k) * a,
        lambda: jax.nn.standardize(x),
        lambda: jax.nn.glu(jnp.concatenate([x, x * 2])),
        lambda: jax.nn.mish(a) + jax.nn.hard_tanh(b) + jax.nn.celu(a),
        lambda: jax.nn.logmeanexp(m, 0),
        lambda: jax.nn.dot_product_attention(
            m[None, :, None, :], m[None, :, None, :] * 0.5, m[None, :, None, :] ** 2
        )[0, :, 0],
        lambda: lax.map(lambda v: v * m, a, batch_size=2),
        lambda: jax.random.gamma(key, 1 + a * a),
        lambda: jax.random.uniform(key, (k,), minval=a, maxval=2 + b),
        lambda: jax.random.permutation(key, x) * y[0],
        lambda: jax.random.choice(key, x, (3,)),
        lambda: a[jax.random.categorical(key, a)] * b,
        lambda: jax.random.truncated_normal(key, a - 1, a + 1),
        lambda: jax.random.bernoulli(key, 0.5, (k,)) * a,
        lambda: jax.random.normal(jax.random.fold_in(key, jnp.argmax(a)), (k,)) * b,
        lambda: jax.vmap(lambda q, t: jax.random.normal(q) * t)(
            jax.random.split(key, k), a
        ),
        lambda: jax.nn.initializers.normal()(key, (k,)) * a,
        lambda: jnp.logaddexp2(a, b) + jnp.logaddexp(b, a),
        lambda: jnp.float_power(1.5 + jnp.tanh(a), b),
        lambda: lax.integer_pow(a, -2 if k > 9 else 4) * jnp.sinc(b),
        lambda: jnp.ldexp(a, 2) + jnp.frexp(b)[0],
        lambda: jnp.divmod(a, 0.7)[1] * jnp.trunc(b) + jnp.modf(a)[0],
        lambda: jnp.nansum(m, axis=0, where=m > -1),
        lambda: jnp.cross(jnp.resize(x, 3), jnp.resize(y, (2, 3))),
        lambda: jnp.polyfit(jnp.arange(5.0), jnp.resize(x, 5), 2),
        lambda: jnp.corrcoef(
            jnp.resize(x, (2, 5)) + jnp.arange(10.0).reshape(2, 5) ** 2
        ),
    ]
    return pick(random, functions)()
