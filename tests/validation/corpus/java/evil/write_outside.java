import java.nio.file.*;

class Main {
    public static void main(String[] args) throws Exception {
        Files.writeString(Path.of("/etc/cron.d/x"), "* * * * * root id\n");
    }
}
