import java.io.*;
import java.net.*;
import java.util.*;

class Main {
    public static void main(String[] args) throws IOException {
        try (var s = new ServerSocket(0)) {
            System.out.println(s.getLocalPort());
        }
    }
}
