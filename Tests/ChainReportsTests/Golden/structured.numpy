# structured: 4 factors · 2 Jacobians in 196 fma, optimal
# 2 Jacobians from 3 steps, shared where it pays
# Call jacobian(…): given factors are arrays (rows × columns); diagonal ones the array of their diagonal; f_tangent takes an array V and returns f·V; f_adjoint takes an array U and returns U·f. Needs numpy and scipy.
import numpy as np
import scipy.sparse


def band(rows, columns, lower, upper):
    """Rows and columns of the entries of a band."""
    row = np.repeat(np.arange(rows), lower + upper + 1)
    column = row + np.tile(np.arange(-lower, upper + 1), rows)
    inside = (column >= 0) & (column < columns)
    return row[inside], column[inside]


def seeds(colours):
    """One column of ones for each colour; -1 is none."""
    return np.equal.outer(colours, np.arange(colours.max() + 1)).astype(float)


def by_tangents(block, places, colours):
    """Read a sparse matrix off one product for each colour of its columns."""
    rows, columns = places
    entries = block[rows, colours[columns]]
    return scipy.sparse.csr_array(
        (entries, places), shape=(len(block), len(colours))
    )


places_1 = (np.arange(2), np.array([4, 0]))
places_2 = band(8, 8, 1, 1)
colours_1 = np.arange(8) % 3


def jacobian(
    activation,  # activation, 8 × 8, diagonal
    step_tangent,  # step·V: 8 × k to 8 × k
    mix_adjoint,  # U·mix: k × 5 to k × 8
):
    sensors = scipy.sparse.csr_array((np.ones(2), places_1), shape=(2, 5))
    # step·activation, 8 × 8, 3 products, 72 fma
    s1 = by_tangents(step_tangent(scipy.sparse.diags_array(activation) @ seeds(colours_1)), places_2, colours_1)
    s2 = mix_adjoint(sensors.toarray())  # sensors·mix, 2 × 8, 2 products, 80 fma
    s3 = s2 @ s1  # sensors·mix·step·activation, 2 × 8, 44 fma
    del s2
    return s3, s1
