import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Scanner;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** What the class data archive of the compiler is made from: a bit of every part of the language. */
public class Training {
    sealed interface Shape permits Circle, Square {}

    record Circle(double radius) implements Shape {}

    record Square(double side) implements Shape {}

    enum Colour { RED, GREEN }

    static <T extends Comparable<T>> T largest(List<? extends T> all) {
        T best = all.get(0);
        for (T each : all) {
            if (each.compareTo(best) > 0) {
                best = each;
            }
        }
        return best;
    }

    static double area(Shape shape) {
        return switch (shape) {
            case Circle(double radius) -> Math.PI * radius * radius;
            case Square(var side) when side > 0 -> side * side;
            case Square square -> 0;
        };
    }

    public static void main(String[] args) throws Exception {
        Map<String, List<Integer>> groups = new HashMap<>();
        for (int i = 0; i < 10; i++) {
            groups.computeIfAbsent(i % 2 == 0 ? "even" : "odd", key -> new ArrayList<>()).add(i);
        }
        Function<Object, String> shown = String::valueOf;
        var joined = Stream.of(3, 1, 2).sorted().map(shown).collect(Collectors.joining(", ", "[", "]"));
        int[][] grid = {{1, 2}, {3, 4}};
        try (var input = new Scanner("1 2")) {
            System.out.printf("%s %d %.2f %s%n", joined, input.nextInt() + grid[1][0], area(new Circle(1)), groups);
        } catch (IllegalStateException | ArithmeticException problem) {
            throw new RuntimeException(problem);
        }
        Runnable later = new Runnable() {
            @Override
            public void run() {
                System.out.println("""
                        %s %s
                        """.formatted(largest(List.of(1, 2)), Colour.valueOf("RED")));
            }
        };
        later.run();
    }
}
