/**
 * Never call {@code Runtime.getRuntime().exec("id")}.
 *
 * @see java.lang.ProcessBuilder
 */
class Main {
    /* native int system(String c); System.load("x"); */
    public static void main(String[] args) {
        System.out.println("fine"); // Class.forName("x")
    }
}
