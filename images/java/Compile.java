import com.sun.source.util.JavacTask;
import com.sun.source.util.TaskEvent;
import com.sun.source.util.TaskListener;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.jar.Attributes;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import javax.lang.model.element.ExecutableElement;
import javax.lang.model.element.Modifier;
import javax.lang.model.element.TypeElement;
import javax.lang.model.type.TypeKind;
import javax.lang.model.util.ElementFilter;
import javax.tools.FileObject;
import javax.tools.ForwardingJavaFileManager;
import javax.tools.JavaFileManager;
import javax.tools.JavaFileObject;
import javax.tools.SimpleJavaFileObject;
import javax.tools.ToolProvider;

/**
 * Compiles a program into .build/main.jar: {@code Compile ENTRY FILES...}, paths relative to the working directory.
 *
 * <p>In one process and straight into the jar, because starting javac and then jar costs more than compiling. A public
 * class may stand in a file of any name: code that comes without a file name is called Main.java by the operator. No
 * annotation processor runs: it would be code of the user's, outside of the limits of the run.
 */
public final class Compile {
    private static final Path JAR = Path.of(".build", "main.jar");

    /** A class with a main method, and the file it stands in. */
    private record Candidate(String name, String file, boolean visible) {}

    private static final class Source extends SimpleJavaFileObject {
        private final String path;

        Source(String path) {
            super(Path.of(path).toUri(), Kind.SOURCE);
            this.path = path;
        }

        @Override
        public String getName() {
            return path; // as the user knows it, in every message
        }

        @Override
        public CharSequence getCharContent(boolean ignoreEncodingErrors) throws IOException {
            var strict = StandardCharsets.UTF_8.newDecoder().onMalformedInput(CodingErrorAction.REPORT);
            return strict.decode(ByteBuffer.wrap(Files.readAllBytes(Path.of(path))));
        }

        @Override
        public boolean isNameCompatible(String simpleName, Kind kind) {
            return !simpleName.endsWith("-info") || super.isNameCompatible(simpleName, kind);
        }
    }

    /** Keeps what javac would write to files. */
    private static final class Output extends ForwardingJavaFileManager<JavaFileManager> {
        final Map<String, ByteArrayOutputStream> classes = new LinkedHashMap<>();

        Output(JavaFileManager files) {
            super(files);
        }

        @Override
        public JavaFileObject getJavaFileForOutput(
                Location location, String name, JavaFileObject.Kind kind, FileObject sibling) {
            String path = name.replace('.', '/') + kind.extension;
            return new SimpleJavaFileObject(URI.create("memory:///" + path.replace("$", "%24")), kind) {
                @Override
                public OutputStream openOutputStream() {
                    var content = new ByteArrayOutputStream();
                    classes.put(path, content);
                    return content;
                }
            };
        }
    }

    public static void main(String[] args) throws IOException {
        if (args.length < 2) {
            throw fail("usage: Compile ENTRY FILES...");
        }
        String entry = args[0];
        var sources = Stream.of(args).skip(1).distinct().map(Source::new).toList();
        var compiler = ToolProvider.getSystemJavaCompiler();
        var output = new Output(compiler.getStandardFileManager(null, null, StandardCharsets.UTF_8));
        // class and source path are a folder without either: FILES are all there is, whatever their names
        var options = List.of("-proc:none", "-g", "-cp", ".build", "-implicit:none");
        var task = (JavacTask) compiler.getTask(null, output, null, options, null, sources);
        var candidates = new ArrayList<Candidate>();
        task.addTaskListener(new TaskListener() {
            @Override
            public void finished(TaskEvent event) {
                if (event.getKind() == TaskEvent.Kind.ANALYZE && event.getTypeElement() != null) {
                    collect(event.getTypeElement(), task, event.getSourceFile().getName(), candidates);
                }
            }
        });
        if (!task.call()) {
            System.exit(1);
        }
        pack(mainClass(entry, candidates), output.classes);
    }

    private static void collect(TypeElement type, JavacTask task, String file, List<Candidate> into) {
        if (ElementFilter.methodsIn(type.getEnclosedElements()).stream().anyMatch(Compile::isMain)) {
            String name = task.getElements().getBinaryName(type).toString();
            into.add(new Candidate(name, file, type.getModifiers().contains(Modifier.PUBLIC)));
        }
        for (var nested : ElementFilter.typesIn(type.getEnclosedElements())) {
            collect(nested, task, file, into);
        }
    }

    private static boolean isMain(ExecutableElement method) {
        return method.getSimpleName().contentEquals("main")
                && method.getModifiers().containsAll(List.of(Modifier.PUBLIC, Modifier.STATIC))
                && method.getReturnType().getKind() == TypeKind.VOID
                && method.getParameters().size() == 1
                && method.getParameters().get(0).asType().toString().equals("java.lang.String[]");
    }

    /** The public one of the entry's file, else the file's first, else the only one there is. */
    private static String mainClass(String entry, List<Candidate> all) {
        var here = all.stream().filter(c -> c.file.equals(entry)).toList();
        var chosen = here.stream().filter(Candidate::visible).findFirst().or(() -> here.stream().findFirst());
        if (chosen.isPresent()) {
            return chosen.get().name;
        }
        if (all.size() == 1) {
            return all.get(0).name;
        }
        if (all.isEmpty()) {
            throw fail("no class has a method `public static void main(String[] args)`");
        }
        var names = all.stream().map(c -> c.name + " (" + c.file + ")").toList();
        throw fail("no main method in " + entry + ", and several elsewhere: " + String.join(", ", names));
    }

    private static IllegalStateException fail(String message) {
        System.err.println("error: " + message);
        System.exit(1);
        return new IllegalStateException(message);
    }

    /** Stored, not compressed: it is read once, from memory. The program's own folder is on its class path. */
    private static void pack(String mainClass, Map<String, ByteArrayOutputStream> classes) throws IOException {
        var manifest = new Manifest();
        manifest.getMainAttributes().put(Attributes.Name.MANIFEST_VERSION, "1.0");
        manifest.getMainAttributes().put(Attributes.Name.MAIN_CLASS, mainClass);
        manifest.getMainAttributes().put(Attributes.Name.CLASS_PATH, "../");
        try (var jar = new JarOutputStream(Files.newOutputStream(JAR), manifest)) {
            jar.setLevel(0);
            for (var each : classes.entrySet()) {
                jar.putNextEntry(new ZipEntry(each.getKey()));
                each.getValue().writeTo(jar);
                jar.closeEntry();
            }
        }
    }
}
