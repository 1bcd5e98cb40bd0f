import static java.lang.System.*;

class Main {
    public static void main(String[] args) {
        loadLibrary("x");
        out.println("x");
    }
}
