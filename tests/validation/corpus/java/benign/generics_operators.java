import java.util.*;

class Main {
    static <T extends Comparable<? super T>> T most(Collection<? extends T> c) {
        return Collections.max(c);
    }

    public static void main(String[] args) {
        Map<String, Map<Integer, List<? super Integer>>> m = new HashMap<>();
        int a = 8 >> 1, b = a >>> 1;
        System.out.println(Main.<Integer>most(List.of(a, b)) + m.size() + (a < b ? 1 : 2));
    }
}
