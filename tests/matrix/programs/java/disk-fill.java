import java.io.FileOutputStream;

public class Main {
    public static void main(String[] args) throws Exception {
        try (var out = new FileOutputStream("fill")) {
            while (true) {
                out.write(new byte[1 << 20]);
            }
        }
    }
}
