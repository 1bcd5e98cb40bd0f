import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.ReentrantLock;

public class Threads {
    private static int shared;
    private static final ReentrantLock LOCK = new ReentrantLock();

    private static synchronized void add(int n) {
        shared += n;
    }

    public static void main(String[] args) throws Exception {
        ExecutorService pool = Executors.newFixedThreadPool(4);
        AtomicLong total = new AtomicLong();
        List<Callable<Integer>> jobs = List.of(() -> 1, () -> 2, () -> 3);
        for (Future<Integer> f : pool.invokeAll(jobs)) {
            total.addAndGet(f.get());
            add(f.get());
        }
        pool.shutdown();
        System.out.println(pool.awaitTermination(1, TimeUnit.SECONDS) + " " + total + " " + shared);

        BlockingQueue<Integer> q = new ArrayBlockingQueue<>(2);
        Thread producer = new Thread(() -> {
            try {
                for (int i = 0; i < 3; i++) {
                    q.put(i);
                    Thread.sleep(1);
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }, "producer");
        producer.start();
        for (int i = 0; i < 3; i++) {
            System.out.println(q.take());
        }
        producer.join();

        CountDownLatch latch = new CountDownLatch(1);
        ConcurrentHashMap<String, Integer> seen = new ConcurrentHashMap<>();
        CompletableFuture.supplyAsync(() -> 20).thenApply(n -> n + 1).thenAccept(n -> {
            LOCK.lock();
            try {
                seen.put("n", n);
            } finally {
                LOCK.unlock();
                latch.countDown();
            }
        });
        latch.await();
        System.out.println(seen);
    }
}
