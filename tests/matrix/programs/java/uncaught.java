public class Main {
    static class Boom extends RuntimeException {
        Boom(String message) {
            super(message);
        }
    }

    public static void main(String[] args) {
        throw new Boom("gone off");
    }
}
