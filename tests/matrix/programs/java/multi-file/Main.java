import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import lib.Answers;

public class Main {
    public static void main(String[] args) throws IOException {
        System.out.println("answer " + Answers.answer(Files.readString(Path.of("data/number.txt"))));
    }
}
