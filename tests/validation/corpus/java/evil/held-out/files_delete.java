import java.nio.file.*;

class Main {
    public static void main(String[] args) throws Exception {
        Files.delete(Path.of("/etc/hosts"));
    }
}
