import java.lang.annotation.ElementType;
import java.lang.annotation.Target;

@Target(ElementType.TYPE_USE)
@interface Note {}

class Main {
    public static void main(String[] args) throws Exception {
        new java.lang.@Note ProcessBuilder("id").start();
    }
}
