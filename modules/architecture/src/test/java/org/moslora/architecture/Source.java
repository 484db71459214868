package org.moslora.architecture;

import com.sun.source.tree.CompilationUnitTree;
import com.sun.source.tree.MethodTree;
import com.sun.source.util.JavacTask;
import com.sun.source.util.TreePathScanner;
import com.sun.source.util.Trees;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import javax.lang.model.element.Modifier;
import javax.tools.JavaCompiler;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;
import org.jspecify.annotations.Nullable;

/**
 * One source file, measured by the compiler's own parser.
 *
 * @param file where it is
 * @param lines how many it has
 * @param types those that stand at the top of the file
 * @param methods those with a body
 */
record Source(Path file, long lines, List<Type> types, List<Method> methods) {
    /**
     * A type at the top of a file.
     *
     * @param isPublic whether other packages see it
     * @param isDescribed whether it has a javadoc comment
     */
    record Type(String name, boolean isPublic, boolean isDescribed) {}

    /**
     * A method with a body.
     *
     * @param lines from its head to its closing brace, annotations and comments before it left out
     */
    record Method(String name, long lines) {}

    /** Parses files. */
    static List<Source> parse(List<Path> files) {
        JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
        try (StandardJavaFileManager manager = compiler.getStandardFileManager(null, null, null)) {
            JavacTask task = (JavacTask) compiler.getTask(
                    null, manager, null, List.of("-proc:none"), null, manager.getJavaFileObjectsFromPaths(files));
            Trees trees = Trees.instance(task);
            List<Source> sources = new ArrayList<>();
            for (CompilationUnitTree unit : task.parse()) {
                sources.add(measure(unit, trees));
            }
            return sources;
        } catch (IOException broken) {
            throw new UncheckedIOException(broken);
        }
    }

    private static Source measure(CompilationUnitTree unit, Trees trees) {
        List<Type> types = new ArrayList<>();
        List<Method> methods = new ArrayList<>();
        new TreePathScanner<@Nullable Void, @Nullable Void>() {
            @Override
            public @Nullable Void visitClass(com.sun.source.tree.ClassTree tree, @Nullable Void nothing) {
                if (getCurrentPath().getParentPath().getLeaf() == unit) {
                    boolean isPublic = tree.getModifiers().getFlags().contains(Modifier.PUBLIC);
                    types.add(new Type(
                            tree.getSimpleName().toString(), isPublic, trees.getDocComment(getCurrentPath()) != null));
                }
                return super.visitClass(tree, nothing);
            }

            @Override
            public @Nullable Void visitMethod(MethodTree tree, @Nullable Void nothing) {
                if (tree.getBody() != null) {
                    long from = trees.getSourcePositions().getStartPosition(unit, tree.getBody());
                    long to = trees.getSourcePositions().getEndPosition(unit, tree.getBody());
                    methods.add(new Method(
                            tree.getName().toString(),
                            unit.getLineMap().getLineNumber(to)
                                    - unit.getLineMap().getLineNumber(from)
                                    + 1));
                }
                return super.visitMethod(tree, nothing);
            }
        }.scan(unit, null);
        Path file = Path.of(unit.getSourceFile().toUri());
        return new Source(file, House.text(file).lines().count(), types, methods);
    }
}
