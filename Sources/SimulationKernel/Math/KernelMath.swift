/// Elementary functions whose result is the same bits on every machine and in every build.
///
/// The C library picks other code on other processors and changes the last bit. These use only
/// `+ - * /` and square root, which IEEE 754 rounds correctly everywhere, and no fused
/// multiply-add. All are measured against tables made with 240 bits.
public enum KernelMath {}
