import java.lang.management.ManagementFactory;
import javax.management.ObjectName;

class Main {
    public static void main(String[] args) throws Exception {
        ManagementFactory.getPlatformMBeanServer().invoke(
            new ObjectName("com.sun.management:type=DiagnosticCommand"), "jvmtiAgentLoad",
            new Object[] {new String[] {"/tmp/x.so"}}, new String[] {String[].class.getName()});
    }
}
