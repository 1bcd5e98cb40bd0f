// The JVM cannot fork: the children are other programs.
public class Main {
    public static void main(String[] args) throws Exception {
        Process last = null;
        for (int i = 0; i < 3; i++) {
            last = new ProcessBuilder("sh", "-c", "while :; do :; done").inheritIO().start();
        }
        System.out.println("working");
        last.waitFor();
    }
}
