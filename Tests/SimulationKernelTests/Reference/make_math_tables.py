"""Makes the tables of KernelMath: its own constants and the reference points of its tests.

    python3 Tests/SimulationKernelTests/Reference/make_math_tables.py

Needs mpmath (1.3 was used). Run from the root of the package; the output is deterministic, and a
second run must leave the working copy unchanged. Everything is computed with 200 bits or more.
"""

import math
import random
import struct

from mpmath import erfc, exp, floor, ln, log, mp, mpf, power, sqrt

mp.prec = 240

SOURCES = "Sources/SimulationKernel/Math/"
TESTS = "Tests/SimulationKernelTests/Math/"
MADE = "// Made by Tests/SimulationKernelTests/Reference/make_math_tables.py; do not edit.\n\n"


def bits(x):
    return struct.unpack("<Q", struct.pack("<d", x))[0]


def double(b):
    return struct.unpack("<d", struct.pack("<Q", b))[0]


def nearest(v):
    """The double nearest to an mpf, subnormals included (float() would round twice)."""
    if v == 0:
        return 0.0
    sign = -1.0 if v < 0 else 1.0
    v = abs(v)
    exponent = max(mp.frexp(v)[1] - 53, -1074)
    scaled = mp.ldexp(v, -exponent)
    whole = int(floor(scaled))
    rest = scaled - whole
    if rest > 0.5 or (rest == 0.5 and whole & 1):
        whole += 1
    if whole == 0:
        return sign * 0.0
    try:
        return sign * math.ldexp(whole, exponent)
    except OverflowError:
        return sign * math.inf


def ulp(x):
    return math.ulp(x)


def literal(x):
    """A Swift hexadecimal literal of a finite double."""
    return x.hex().replace("0x0.0p+0", "0x0p0").replace("p+", "p")


def grouped(b):
    h = "%016X" % b
    return "0x" + "_".join(h[i:i + 4] for i in range(0, 16, 4))


# ---------------------------------------------------------------- constants of the implementation

CELLS = 128
LOG_ORIGIN = 0x3FF0000000000000 - round((75 + 2 / 3) * 2**45)


def logarithm_table():
    """Per cell of the significand: 1/c with 8 fraction bits, and log c as a sum of two doubles.

    The high part is a multiple of 2^-42, as is the high part of ln 2, so that k ln 2 + log c is exact.
    """
    rows = []
    worst = 0.0
    for cell in range(CELLS):
        first = double(LOG_ORIGIN + (cell << 45))
        last = double(LOG_ORIGIN + ((cell + 1) << 45) - 1)
        best = None
        middle = 2.0 / (first + last)
        for numerator in range(int(middle * 256) - 2, int(middle * 256) + 4):
            inverse = numerator / 256
            extent = max(abs(mpf(first) * inverse - 1), abs(mpf(last) * inverse - 1))
            if first <= 1 <= last:
                extent = 0 if inverse == 1 else 1
            if best is None or extent < best[0]:
                best = (extent, inverse)
        inverse = best[1]
        extent = max(abs(mpf(first) * inverse - 1), abs(mpf(last) * inverse - 1))
        worst = max(worst, float(extent))
        value = -ln(mpf(inverse))
        high = float(floor(value * 2**42 + 0.5)) / 2**42
        low = nearest(value - mpf(high))
        # The two-sum of (log c, r) wants the larger first.
        assert inverse == 1 or abs(high) >= extent, (cell, inverse, high, extent)
        rows += [inverse, high, low]
    return rows, worst


def exponential_table():
    """Per i: 2^(i/128) as bits with i << 45 taken off, and what rounding it left over, relative."""
    scale, tail = [], []
    for i in range(CELLS):
        value = power(2, mpf(i) / CELLS)
        rounded = nearest(value)
        scale.append((bits(rounded) - (i << 45)) & (2**64 - 1))
        tail.append(nearest(value / mpf(rounded) - 1))
    return scale, tail


def write_sources():
    rows, worst = logarithm_table()
    print("logarithm: largest |r| is 2^%.2f" % math.log2(worst))
    ln2 = ln(mpf(2))
    ln2_high = float(floor(ln2 * 2**42 + 0.5)) / 2**42
    ln2_low = nearest(ln2 - mpf(ln2_high))
    step = ln2 / CELLS
    step_high = float(floor(step * 2**42 + 0.5)) / 2**42
    step_low = nearest(step - mpf(step_high))
    scale, tail = exponential_table()
    with open(SOURCES + "KernelMathTables.swift", "w") as out:
        out.write(MADE)
        out.write("/// Constants of the logarithm and the exponential.\n")
        out.write("enum KernelMathTables {\n")
        out.write("  /// Bits of the double at which the first cell of the logarithm begins.\n")
        out.write("  static let logarithmOrigin: UInt64 = %s\n" % grouped(LOG_ORIGIN))
        out.write("  /// ln 2 as a sum; the first is a multiple of 2^-42.\n")
        out.write("  static let ln2High = %s\n" % literal(ln2_high))
        out.write("  static let ln2Low = %s\n" % literal(ln2_low))
        out.write("  /// ln 2 / 128 as a sum; the first is a multiple of 2^-42.\n")
        out.write("  static let stepHigh = %s\n" % literal(step_high))
        out.write("  static let stepLow = %s\n" % literal(step_low))
        out.write("  /// 128 / ln 2.\n")
        out.write("  static let stepInverse = %s\n\n" % literal(nearest(CELLS / ln2)))
        out.write("  /// Per cell: 1/c, log c rounded to a multiple of 2^-42, and the rest of log c.\n")
        out.write("  static let logarithm: [Double] = [\n")
        for i in range(0, len(rows), 3):
            out.write("    %s,\n" % ", ".join(literal(v) for v in rows[i:i + 3]))
        out.write("  ]\n\n")
        out.write("  /// Bits of 2^(i/128), less i << 45.\n")
        out.write("  static let powerBits: [UInt64] = [\n")
        for i in range(0, CELLS, 4):
            out.write("    %s,\n" % ", ".join(grouped(v) for v in scale[i:i + 4]))
        out.write("  ]\n\n")
        out.write("  /// What rounding 2^(i/128) left over, relative to it.\n")
        out.write("  static let powerTail: [Double] = [\n")
        for i in range(0, CELLS, 3):
            out.write("    %s,\n" % ", ".join(literal(v) for v in tail[i:i + 3]))
        out.write("  ]\n}\n")


# ------------------------------------------------------------------------------ reference points


def line(arguments, value):
    """Arguments and the nearest double as bits; then (exact - nearest) in thousandths of an ulp."""
    rounded = nearest(value)
    rest = 0 if math.isinf(rounded) else int(round(float((value - mpf(rounded)) / ulp(rounded)) * 1000))
    return " ".join("%x" % bits(a) for a in arguments) + " %x %d" % (bits(rounded), rest)


def neighbours(x, steps=2):
    found = [x]
    up = down = x
    for _ in range(steps):
        up, down = math.nextafter(up, math.inf), math.nextafter(down, -math.inf)
        found += [up, down]
    return found


def hardest(function, draw, candidates, keep):
    """Of many random arguments, those whose value lies closest to halfway between two doubles."""
    scored = []
    with mp.workprec(130):
        for _ in range(candidates):
            arguments = draw()
            value = function(*arguments)
            scaled = mp.ldexp(value, 53 - mp.frexp(value)[1])
            scored.append((float(abs(scaled - floor(scaled) - 0.5)), arguments))
    scored.sort()
    return [arguments for _, arguments in scored[:keep]]


def logarithm_points(rng):
    points = []
    for cell in range(0, CELLS + 1):
        points += neighbours(double(LOG_ORIGIN + (cell << 45)), 1)
    points += neighbours(1.0, 40)[1:]
    for e in range(1, 53):
        points += [1 + 2.0**-e, 1 - 2.0**-e]
    for e in range(-1074, 1024, 13):
        points += [math.ldexp(1.0, e)]
        points += [v for v in neighbours(math.ldexp(1.0, e), 1) if v > 0]
    points += [5e-324, 1.5e-323, 2.2250738585072014e-308, 2.225073858507201e-308, 1.7976931348623157e308]
    points += [float(k) for k in range(2, 101)]
    points += [double(rng.randrange(1, 0x7FF0000000000000)) for _ in range(900)]
    points += [rng.random() for _ in range(700)]
    points += [1 + (rng.random() - 0.5) * 2.0**-rng.randrange(0, 30) for _ in range(900)]
    points += [p[0] for p in hardest(log, lambda: (rng.uniform(0.5, 2),), 20000, 150)]
    points += [p[0] for p in hardest(log, lambda: (rng.uniform(0.97, 1.03),), 20000, 150)]
    return [line((x,), log(mpf(x))) for x in dict.fromkeys(points) if x != 1.0]


def exponential_points(rng):
    points = []
    for k in range(-300, 301):
        points.append(float(k * ln(mpf(2)) / 256))
    points += [v for k in range(-1074, 1024, 17) for v in neighbours(float(k * ln(mpf(2))), 1)]
    points += [s * 2.0**-e for e in range(0, 60) for s in (1, -1)]
    points += neighbours(709.782712893384, 3) + neighbours(-708.3964185322641, 6)
    points += neighbours(-745.1332191019411, 3) + [-745.0, -744.5, -740.25, -730.125, -720.0, -710.0]
    points += [rng.uniform(-745.1, -708.3) for _ in range(400)]
    points += [rng.uniform(-708.3, 709.7) for _ in range(900)]
    # Just above the subnormal results an intermediate product may be subnormal.
    points += [rng.uniform(-709, -702) for _ in range(400)]
    points += [rng.uniform(-40, 10) for _ in range(900)]
    points += [rng.uniform(-1, 1) * 2.0**-rng.randrange(0, 40) for _ in range(500)]
    points += [p[0] for p in hardest(exp, lambda: (rng.uniform(-1, 1),), 20000, 150)]
    points += [p[0] for p in hardest(exp, lambda: (rng.uniform(-40, 40),), 20000, 150)]
    return [line((x,), exp(mpf(x))) for x in dict.fromkeys(points)]


def power_points(rng):
    points = []
    for base in (2.0, 3.0, 10.0, 0.5, 0.1, 1.1, 7.0, 1e10, 1e-10):
        points += [(base, float(n)) for n in range(-20, 21) if n != 0]
    points += [(float(k), 0.5) for k in range(2, 60)] + [(float(k), 1 / 3) for k in range(2, 60)]
    points += [(1 + 2.0**-e, 2.0**(e - 1)) for e in range(2, 53)]
    points += [(1 - 2.0**-e, 2.0**(e + 8)) for e in range(2, 54)]
    points += [(1 + 2.0**-e, -(2.0**(e + 9))) for e in range(2, 53)]
    points += [(5e-324, y) for y in (0.5, 0.25, 0.9, 1.0, -0.9, 1e-3)]
    points += [(1.7976931348623157e308, y) for y in (0.5, 1.0, -0.9, -1.0, 1e-3, -1.04)]
    points += [(rng.uniform(0, 2), rng.uniform(-50, 50)) for _ in range(800)]
    points += [(rng.uniform(0, 1), rng.uniform(-5, 5)) for _ in range(600)]

    def anywhere():
        x = double(rng.randrange(1, 0x7FF0000000000000))
        return x, rng.uniform(-744, 709) / math.log(x)

    points += [anywhere() for _ in range(900)]

    def close_to_one():
        x = 1 + (rng.random() - 0.5) * 2.0**-rng.randrange(1, 45)
        return x, rng.uniform(-740, 705) / math.log(x)

    points += [close_to_one() for _ in range(600)]

    def barely_normal():
        x = double(rng.randrange(1, 0x7FF0000000000000))
        return x, rng.uniform(-712, -702) / math.log(x)

    points += [barely_normal() for _ in range(400)]
    points += hardest(power, lambda: (mpf(rng.uniform(0.5, 4)), mpf(rng.uniform(-9, 9))), 20000, 300)
    points = [(float(x), float(y)) for x, y in points]
    return [line((x, y), power(mpf(x), mpf(y))) for x, y in dict.fromkeys(points) if x != 1.0]


def normal_quantile_points(rng):
    """Newton's method on the complementary error function at 240 bits."""
    def quantile(p):
        if p > 0.5:
            return -quantile(1 - p)
        p = mpf(p)
        x = -sqrt(max(-2 * log(2 * p), mpf("1e-30"))) * mpf("0.9")
        for _ in range(200):
            lower = erfc(-x / sqrt(mpf(2))) / 2
            density = exp(-x * x / 2) / sqrt(2 * mp.pi)
            # Halley's step: it converges from anywhere on this side of the median.
            newton = (lower - p) / density
            step = newton / (1 + x * newton / 2)
            x -= step
            if abs(step) < mpf(2)**-200:
                break
        return x

    points = [2.0**-e for e in range(2, 64)] + [1 - 2.0**-e for e in range(2, 54)]
    points += [k / 1000 for k in range(1, 1000) if k != 500]
    for edge in (0.075, 0.925, math.exp(-25), 0.5):
        points += [v for v in neighbours(edge, 2) if v != 0.5]
    points += [rng.random() for _ in range(400)] + [math.exp(-rng.uniform(1, 43)) for _ in range(300)]
    return [line((p,), quantile(mpf(p))) for p in dict.fromkeys(points) if p != 0.5]


def difference_points(rng):
    """For log1p and expm1: the argument, then the value of each as in `line`."""
    points = [s * 2.0**-e for e in range(0, 70) for s in (1, -1)]
    points += [s * rng.random() * 2.0**-rng.randrange(0, 60) for _ in range(700) for s in (1, -1)]
    points += [rng.uniform(-30, 700) for _ in range(200)] + [5e-324, -5e-324, 1e-310]
    points += neighbours(1.0, 3) + neighbours(-1.0, 3)
    texts = []
    for x in dict.fromkeys(points):
        with mp.workprec(1400):
            plus = log(1 + mpf(x)) if x > -1 else None
            minus = exp(mpf(x)) - 1
        texts.append(line((x,), minus) + (" " + line((), plus).strip() if plus is not None else ""))
    return texts


def normal_probability_points(rng):
    points = [k / 16 for k in range(-160, 161)] + [rng.uniform(-9.5, 9.5) for _ in range(200)]
    return [line((x,), erfc(-mpf(x) / sqrt(mpf(2))) / 2) for x in dict.fromkeys(points)]


def write_reference(name, comment, lines):
    print(name, len(lines), "points")
    with open(TESTS + name + ".swift", "w") as out:
        out.write(MADE)
        out.write("/// %s\n" % comment)
        out.write("///\n/// Per line the bits of the arguments and of the nearest double, then what the exact value has\n")
        out.write("/// above that double, in thousandths of a unit in the last place.\n")
        out.write("enum %s {\n  static let lines = \"\"\"\n" % name)
        for text in lines:
            out.write("    " + text + "\n")
        out.write("    \"\"\"\n}\n")


def main():
    write_sources()
    write_reference("LogarithmReference", "Points of the natural logarithm.", logarithm_points(random.Random(1)))
    write_reference("ExponentialReference", "Points of the exponential.", exponential_points(random.Random(2)))
    write_reference("PowerReference", "Points of the power.", power_points(random.Random(3)))
    write_reference(
        "NormalQuantileReference", "Points of the standard normal quantile.",
        normal_quantile_points(random.Random(4)))
    write_reference(
        "DifferenceReference", "Points of expm1 and, where it is defined, of log1p.",
        difference_points(random.Random(5)))
    write_reference(
        "NormalProbabilityReference", "Points of the standard normal distribution function.",
        normal_probability_points(random.Random(6)))


if __name__ == "__main__":
    main()
