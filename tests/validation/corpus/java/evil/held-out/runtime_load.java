import java.util.stream.Stream;

class Main {
    public static void main(String[] args) {
        Stream.of("x", "y").forEach(System::loadLibrary);
    }
}
