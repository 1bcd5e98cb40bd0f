public class Main {
    public static void main(String[] args) throws InterruptedException {
        System.out.println("asleep");
        Thread.sleep(60_000);
    }
}
