import java.util.concurrent.*;

class Main {
    public static void main(String[] args) throws Exception {
        ExecutorService exec = Executors.newFixedThreadPool(2);
        Future<Integer> f = exec.submit(() -> 1 + 1);
        exec.execute(() -> System.out.println("x"));
        System.out.println(f.get());
        exec.shutdown();
    }
}
