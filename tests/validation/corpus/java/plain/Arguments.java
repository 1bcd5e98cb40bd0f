import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;

public class Arguments {
    static List<Integer> primes(int limit) {
        BitSet composite = new BitSet(limit + 1);
        List<Integer> found = new ArrayList<>();
        for (int i = 2; i <= limit; i++) {
            if (composite.get(i)) {
                continue;
            }
            found.add(i);
            for (long j = (long) i * i; j <= limit; j += i) {
                composite.set((int) j);
            }
        }
        return found;
    }

    public static void main(String[] args) {
        int limit = 50;
        if (args.length > 0) {
            try {
                limit = Integer.parseInt(args[0]);
            } catch (NumberFormatException e) {
                System.err.println("not a number: " + args[0]);
                System.exit(2);
            }
        }
        List<Integer> found = primes(limit);
        if (Arrays.asList(args).contains("--sum")) {
            System.out.println(found.stream().mapToInt(Integer::intValue).sum());
        } else {
            System.out.println(found);
        }
    }
}
