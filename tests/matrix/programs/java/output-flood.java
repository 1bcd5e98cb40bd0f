import java.io.PrintStream;

public class Main {
    public static void main(String[] args) {
        PrintStream stream = args[0].equals("stdout") ? System.out : System.err;
        String line = "x".repeat(99);
        while (true) {
            stream.println(line);
        }
    }
}
