import java.util.ArrayDeque;
import java.util.Collections;
import java.util.Deque;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.PriorityQueue;
import java.util.Set;
import java.util.stream.Collectors;

public class Shapes {
    sealed interface Shape permits Circle, Square {
        double area();
    }

    record Circle(double radius) implements Shape {
        Circle {
            if (radius < 0) {
                throw new IllegalArgumentException("radius " + radius);
            }
        }

        public double area() {
            return Math.PI * radius * radius;
        }
    }

    record Square(double side) implements Shape {
        public double area() {
            return side * side;
        }
    }

    enum Size { SMALL, LARGE }

    public static void main(String[] args) {
        List<Shape> shapes = List.of(new Circle(1), new Square(2), new Square(1));
        Map<Size, List<Shape>> bySize = new EnumMap<Size, List<Shape>>(shapes.stream()
            .collect(Collectors.groupingBy(s -> s.area() > 2 ? Size.LARGE : Size.SMALL)));
        System.out.println(bySize);
        PriorityQueue<Shape> q = new PriorityQueue<>((a, b) -> Double.compare(a.area(), b.area()));
        q.addAll(shapes);
        System.out.println(q.poll());
        Deque<Integer> stack = new ArrayDeque<>();
        stack.push(1);
        stack.addLast(2);
        Set<Integer> seen = new HashSet<>(stack);
        Optional<Shape> big = shapes.stream().filter(s -> s.area() > 100).findAny();
        System.out.println(seen + " " + big.map(Shape::area).orElse(-1.0) + " " + Collections.nCopies(2, "x"));
        Map<String, Integer> ages = new HashMap<>();
        ages.computeIfAbsent("ada", String::length);
        try {
            System.out.println(new Circle(-ages.get("ada")));
        } catch (IllegalArgumentException | NullPointerException e) {
            System.out.println(e.getMessage());
        } finally {
            System.out.println("done");
        }
        Object o = shapes.get(0);
        int n = switch (shapes.size()) {
            case 1, 2 -> 0;
            default -> {
                yield o instanceof Circle c ? (int) c.radius() : -1;
            }
        };
        System.out.println(n);
    }
}
