// its first line
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import java.util.stream.IntStream;

public class Works {
    sealed interface Shape permits Circle, Square {}

    record Circle(int radius) implements Shape {}

    record Square(int side) implements Shape {}

    static int recursion(int depth) {
        return depth == 0 ? 0 : recursion(depth - 1) + 1;
    }

    static int measure(Shape shape) {
        return switch (shape) {
            case Circle(int radius) -> 3 * radius;
            case Square(int side) -> 4 * side;
        };
    }

    public static void main(String[] args) throws Exception {
        var threads = IntStream.range(0, 50).mapToObj(n -> new Thread(() -> {})).toList();
        threads.forEach(Thread::start);
        for (var each : threads) {
            each.join();
        }
        System.out.println("threads " + threads.size());
        try (var pool = Executors.newVirtualThreadPerTaskExecutor()) {
            var sum = IntStream.range(0, 1000).mapToObj(n -> pool.submit(() -> n)).mapToInt(f -> {
                try {
                    return f.get();
                } catch (Exception e) {
                    throw new IllegalStateException(e);
                }
            }).sum();
            System.out.println("virtual threads " + sum);
        }
        System.out.println("future " + CompletableFuture.supplyAsync(() -> 6 * 7).get());
        System.out.println("parallel stream " + IntStream.range(0, 1000).parallel().sum());
        System.out.println("recursion " + recursion(50_000));
        System.out.println("pattern " + measure(new Circle(2)));
        byte[] digest = MessageDigest.getInstance("SHA-256").digest(new byte[] {'x'});
        System.out.println("digest " + HexFormat.of().formatHex(digest).substring(0, 8));
        System.out.println("heap below 128 MiB " + (Runtime.getRuntime().maxMemory() < 128 << 20));
        System.out.println("source " + Files.readAllLines(Path.of("Main.java")).get(0));
    }
}
