import java.lang.invoke.*;

class Main {
    public static void main(String[] args) throws Throwable {
        MethodHandle h = MethodHandles.lookup().findStatic(
            Math.class, "abs", MethodType.methodType(int.class, int.class));
        System.out.println((int) h.invokeExact(-1));
    }
}
