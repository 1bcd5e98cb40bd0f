import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.MathContext;
import java.util.Arrays;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.LongStream;

public class Numbers {
    static double[][] multiply(double[][] a, double[][] b) {
        double[][] c = new double[a.length][b[0].length];
        for (int i = 0; i < a.length; i++) {
            for (int j = 0; j < b[0].length; j++) {
                for (int k = 0; k < b.length; k++) {
                    c[i][j] += a[i][k] * b[k][j];
                }
            }
        }
        return c;
    }

    static long gcd(long a, long b) {
        return b == 0 ? a : gcd(b, a % b);
    }

    public static void main(String[] args) {
        BigInteger f = LongStream.rangeClosed(1, 30).mapToObj(BigInteger::valueOf).reduce(BigInteger.ONE, BigInteger::multiply);
        System.out.println(f + " " + f.bitLength() + " " + BigDecimal.valueOf(2).sqrt(MathContext.DECIMAL64));
        System.out.println(Arrays.deepToString(multiply(new double[][] {{1, 1}, {1, 0}}, new double[][] {{1, 1}, {1, 0}})));
        System.out.println(gcd(48, 36) + " " + Math.hypot(3, 4) + " " + (0xFF & ~0b1010) + " " + (-17 >>> 28) + " " + 1_000L);
        Random r = new Random(7);
        int[] sample = IntStream.range(0, 10).map(i -> r.nextInt(100)).sorted().toArray();
        System.out.println(sample.length + " " + Arrays.binarySearch(sample, sample[3]) + " " + (char) ('a' + 1));
        outer:
        for (int a = 1; a < 50; a++) {
            for (int b = a; b < 50; b++) {
                double c = Math.sqrt(a * a + b * b);
                if (c == Math.rint(c) && a + b + c == 24) {
                    System.out.println(a + " " + b + " " + (int) c);
                    break outer;
                }
            }
        }
    }
}
