# autoencoder-600: 6 factors · Jacobian 600 × 600 in 4 368 000 fma, optimal
# mixed: reverse below z3, forward above it; forward takes 5.71×, reverse takes 5.71×
# Call jacobian(…): given factors are arrays (rows × columns). Needs numpy.
import numpy as np


def jacobian(
    enc1,  # enc1, 60 × 600
    enc2,  # enc2, 40 × 60
    enc3,  # enc3, 10 × 40
    dec1,  # dec1, 40 × 10
    dec2,  # dec2, 60 × 40
    dec3,  # dec3, 600 × 60
):
    s1 = enc3 @ enc2  # enc3·enc2, 10 × 60, 24 000 fma
    s2 = s1 @ enc1  # enc3·enc2·enc1, 10 × 600, 360 000 fma
    del s1
    s3 = dec2 @ dec1  # dec2·dec1, 60 × 10, 24 000 fma
    s4 = dec3 @ s3  # dec3·dec2·dec1, 600 × 10, 360 000 fma
    del s3
    s5 = s4 @ s2  # dec3…enc1 (6 factors), 600 × 600, 3 600 000 fma
    del s2, s4
    return s5
