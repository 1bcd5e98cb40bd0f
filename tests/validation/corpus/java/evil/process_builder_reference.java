import java.util.function.Function;

class Main {
    public static void main(String[] args) throws Exception {
        Function<String[], ProcessBuilder> make = ProcessBuilder::new;
        make.apply(new String[] {"id"}).start();
    }
}
