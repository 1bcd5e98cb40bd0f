import java.io.BufferedWriter;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Scanner;
import java.util.stream.Collectors;

public class FilesInFolder {
    record Score(String name, int points) {
        static Score parse(String line) {
            String[] parts = line.split(",", 2);
            return new Score(parts[0], Integer.parseInt(parts[1].trim()));
        }
    }

    public static void main(String[] args) throws IOException {
        Path folder = Files.createDirectories(Path.of("out"));
        Path file = folder.resolve("scores.csv");
        try (BufferedWriter w = Files.newBufferedWriter(file, StandardCharsets.UTF_8)) {
            w.write("ada,3\n");
            w.write("bob,5\n");
        }
        List<Score> scores = Files.readAllLines(file).stream().map(Score::parse).collect(Collectors.toList());
        System.out.println(scores + " " + Files.size(file));
        try (PrintWriter p = new PrintWriter("total.txt")) {
            p.println(scores.stream().mapToInt(Score::points).sum());
        }
        try (Scanner s = new Scanner(Path.of("total.txt"))) {
            System.out.println(s.nextInt());
        }
    }
}
