import java.io.File;
import java.nio.file.*;
import java.util.Comparator;

class Main {
    public static void main(String[] args) throws Exception {
        try (var all = Files.walk(Paths.get("/var/data"))) {
            all.sorted(Comparator.reverseOrder()).map(Path::toFile).forEach(File::delete);
        }
    }
}
