import java.io.IOException;

public class Main {
    public static void main(String[] args) throws IOException {
        System.out.println(String.join("|", args));
        System.in.transferTo(System.out);
        System.out.flush();
    }
}
