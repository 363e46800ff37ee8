export default function Old({ name }) {
  return <p>{name}</p>;
}

export const getServerSideProps = ({ params }) => ({ props: { name: params.name } });
