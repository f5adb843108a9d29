/* Whom is the open log about? Its opening, its family, and the child that was named first. */

export function focal(app) {
  const opening = app.log.picture().opening;
  const family = app.family(opening.family);
  return { opening, family, child: family?.children.find((one) => one.id === opening.children[0]) };
}
